int f(const GuestView &view);
int g(Guest &guest) { return 0; }
int h(const Appliance *a, virDomainPtr d);
