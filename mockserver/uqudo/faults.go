package uqudo

// faults lists what Uqudo itself can make go wrong.
func faults() []string { return []string{} }
