package uip

// faults lists what UIP itself can make go wrong.
func faults() []string { return []string{} }
