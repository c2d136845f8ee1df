# unit tests and simulations of healthcheck
