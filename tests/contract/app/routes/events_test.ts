// A test file beside a route: it is no route. It holds nothing because only its name matters.
