# unit tests and simulations of daemon
