package receiver

import (
	"strconv"
	"testing"
)

func TestOnlyTheLatestResultsAreRemembered(t *testing.T) {
	var s seen
	for i := range 3*remembered + 1 {
		if s.before("default", strconv.Itoa(i)) {
			t.Fatalf("%d was never seen before", i)
		}
		if len(s.ids) > remembered || len(s.list) > remembered {
			t.Fatalf("after %d it remembers %d, want at most %d", i, len(s.ids), remembered)
		}
	}
	const last = 3 * remembered
	for _, i := range []int{last, last - 1, last - remembered + 1} {
		if !s.before("default", strconv.Itoa(i)) {
			t.Errorf("%d is forgotten, and it is one of the last %d", i, remembered)
		}
	}
	if s.before("default", strconv.Itoa(last-remembered)) {
		t.Errorf("the oldest is still remembered")
	}
}
