# unit tests and simulations of conf
