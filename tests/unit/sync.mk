# unit tests and simulations of sync
