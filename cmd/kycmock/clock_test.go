package main

import (
	"strings"
	"testing"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/clock"
)

func TestTheClockIsShownSetAndAdvanced(t *testing.T) {
	start := time.Date(2026, 5, 1, 10, 0, 0, 0, time.UTC)
	c := clock.New(start, 0)
	t.Cleanup(c.Close)
	mock := mockserver.Test(t, mockserver.Config{Clock: c}).Server
	done(t, mock, "webhook", "set", "--provider", "uqudo", mock.URL+"/_mock/receiver/default")
	if text := done(t, mock, "clock", "show"); text != "now      2026-05-01T10:00:00Z\nrate     0: it stands still until it is advanced\nnext     nothing is due\npending  0 deliveries\n" {
		t.Errorf("it shows\n%s", text)
	}
	if err := mock.Answer(503, 503, 503); err != nil {
		t.Fatal(err)
	}
	done(t, mock, "trigger", "face")
	done(t, mock, "deliveries", "wait", "--latest", "--attempts", "1")
	says(t, done(t, mock, "clock", "show"), "next     2026-05-01T10:05:00Z\npending  1 delivery\n")
	text := done(t, mock, "clock", "advance", "11m")
	if strings.Count(text, " 503\n") != 2 {
		t.Errorf("on the way there were\n%s", text)
	}
	says(t, text, "2026-05-01T10:05:00Z  dlv_", "2026-05-01T10:10:00Z  dlv_", "\nThe clock shows 2026-05-01T10:11:00Z.\n")
	says(t, done(t, mock, "clock", "advance", "next"), " 200\n", "The clock shows 2026-05-01T10:15:00Z.")
	says(t, done(t, mock, "clock", "advance", "idle"), "Nothing was attempted on the way.", "The clock shows 2026-05-01T10:15:00Z.")
	says(t, done(t, mock, "clock", "advance", "2026-05-01T14:00:00+02:00"), "The clock shows 2026-05-01T12:00:00Z.")
	says(t, done(t, mock, "clock", "set", "--now", "2026-04-01T00:00:00Z"), "now      2026-04-01T00:00:00Z\n")
	says(t, done(t, mock, "clock", "set", "--rate", "60"), "rate     60 mock seconds in a real one\n")
	if rate := mock.Clock.Rate(); rate != 60 {
		t.Errorf("the rate is %v", rate)
	}
}

func TestNumbersAreWrittenAsPeopleDo(t *testing.T) {
	mock := hooked(t)
	if err := mock.Answer(503); err != nil {
		t.Fatal(err)
	}
	done(t, mock, "trigger", "face")
	says(t, done(t, mock, "clock", "show"), "pending  1 delivery\n")
	done(t, mock, "clock", "advance", "idle")
	says(t, done(t, mock, "clock", "set", "--rate", "1000000"), "rate     1000000 mock seconds in a real one\n", "pending  0 deliveries\n")
}

func TestAdvancingShowsWhatIsHeldBack(t *testing.T) {
	mock := hooked(t)
	done(t, mock, "trigger", "face", "--fault", "overtaken")
	says(t, done(t, mock, "clock", "advance", "idle"), "\nHeld back, with no attempt planned: dlv_")
}

func TestWhatTheClockCannotDoIsSaid(t *testing.T) {
	mock := hooked(t)
	if err := mock.Answer(503); err != nil {
		t.Fatal(err)
	}
	done(t, mock, "trigger", "face")
	for _, c := range []struct {
		args   []string
		status int
		says   string
	}{
		{[]string{"set"}, exitUsage, "want --rate, --now or both"},
		{[]string{"set", "--rate=-1"}, exitFailed, "\n  --rate: "},
		{[]string{"set", "--now", "noon"}, exitUsage, "--now"},
		{[]string{"set", "--now", "2001-01-01T00:00:00Z"}, exitFailed, "the clock cannot go back while deliveries are pending: 1 of them"},
		{[]string{"set", "--now", "9999-01-01T00:00:00Z"}, exitFailed, "\n  --now: want no later than "},
		{[]string{"advance"}, exitUsage, `expected "<where>"`},
		{[]string{"advance", "soon"}, exitUsage, `<where>: want a duration such as 5m, 1.5s or 2h, next, idle or an RFC 3339 time, not "soon"`},
		{[]string{"advance", "2001-01-01T00:00:00Z"}, exitFailed, "the clock shows "},
		{[]string{"advance", "9999-01-01T00:00:00Z"}, exitFailed, "\n  <where>: want no later than "},
	} {
		says(t, failed(t, c.status, mock, append([]string{"clock"}, c.args...)...), c.says)
	}
}
