package clock_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver/clock"
)

func TestADurationIsWrittenAsPeopleWriteIt(t *testing.T) {
	for want, d := range map[string]time.Duration{
		"0s": 0, "5m": 5 * time.Minute, "2h": 2 * time.Hour, "1h30m": 90 * time.Minute,
		"1h0m5s": time.Hour + 5*time.Second, "1.5s": 1500 * time.Millisecond, "10s": 10 * time.Second,
		"10m": 10 * time.Minute, "20h": 20 * time.Hour, "100h": 100 * time.Hour, "10h10m": 610 * time.Minute,
		"300ms": 300 * time.Millisecond, "-2h": -2 * time.Hour, "1ns": 1,
		"2m35s": 155 * time.Second, "2562047h47m16.854775807s": math.MaxInt64,
	} {
		text, err := json.Marshal(clock.Duration(d))
		if err != nil || string(text) != `"`+want+`"` {
			t.Errorf("%v is %s, %v; want %q", d, text, err, want)
		}
		var back clock.Duration
		if err := json.Unmarshal(text, &back); err != nil || time.Duration(back) != d {
			t.Errorf("%s came back as %v, %v", text, back, err)
		}
	}
}

func TestWhatIsNoDurationIsRefused(t *testing.T) {
	for _, text := range []string{`""`, `"5"`, `"5 m"`, `"1d"`, `"soon"`, `"9999999999h"`, `5`, `{}`} {
		d := clock.Duration(7)
		err := json.Unmarshal([]byte(text), &d)
		if err == nil || d != 7 {
			t.Errorf("%s is %v, %v", text, d, err)
		}
		if strings.HasPrefix(text, `"`) && !strings.Contains(err.Error(), text+" is not a duration such as 5m") {
			t.Errorf("%s is refused with %q", text, err)
		}
	}
}
