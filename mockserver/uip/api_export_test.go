package uip

// Codes lists the codes of UIP's API for tests, which see it from outside.
func Codes() (all []string) {
	for _, info := range codes() {
		all = append(all, string(info.code))
	}
	return all
}
