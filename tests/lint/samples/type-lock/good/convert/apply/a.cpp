int f(Guest &guest);
