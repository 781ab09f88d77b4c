package uip

// Stringified is JSON as JavaScript would write it.
func Stringified(text string) string { return string(stringified([]byte(text))) }

// Rows are how many of each the vendor holds.
type Rows struct {
	Audits, Attachments int
	Timed               int // sessions with timers
}

// Rows tells how many rows the vendor holds in memory.
func (u *UIP) Rows() Rows {
	return Rows{u.audits.Len(), u.attachments.Len(), u.timers.Len()}
}
