# unit tests and simulations of vrrp
