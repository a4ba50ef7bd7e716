interfaces {
    ethernet eth0 {
        hw-id 00:50:56:8f:1a:01
    }
}
