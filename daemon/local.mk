# daemon: the only place that joins rooms.
