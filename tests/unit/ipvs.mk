# unit tests and simulations of ipvs
