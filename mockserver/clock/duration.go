package clock

import (
	"fmt"
	"strings"
	"time"
)

// Duration is a time.Duration that is written as people write one: "5m",
// "1.5s", "2h", with no zero parts behind it.
type Duration time.Duration

// String writes d as ParseDuration of package time reads it, without zero
// parts at the end: "2h" where that package writes "2h0m0s".
func (d Duration) String() string {
	text := time.Duration(d).String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// MarshalText writes d as String does.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what ParseDuration of package time reads.
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("%q is not a duration such as 5m, 1.5s or 2h", text)
	}
	*d = Duration(parsed)
	return nil
}
