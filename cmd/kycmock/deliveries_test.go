package main

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"kycmock/mockserver"
	"kycmock/mockserver/delivery"
)

// refused is a mock in which one delivery was refused twice, and waits.
func refused(t *testing.T) (mock *mockserver.Server, id string) {
	t.Helper()
	mock = hooked(t)
	if err := mock.Answer(503, 503); err != nil {
		t.Fatal(err)
	}
	done(t, mock, "trigger", "face", "--seed", "1")
	done(t, mock, "clock", "advance", "5m")
	list, _ := mock.Deliveries(delivery.Filter{})
	if len(list) != 1 || len(list[0].Attempts) != 2 {
		t.Fatalf("the deliveries are %+v", list)
	}
	return mock, list[0].ID
}

func TestDeliveriesAreListedByWhatOneAsksFor(t *testing.T) {
	mock, id := refused(t)
	done(t, mock, "trigger", "sign", "--wait", "delivered")
	session := *one(t, mock, id).Session
	for _, c := range []struct {
		args string
		uip  bool // whether the delivery of uip is listed
		face bool // and the other one
	}{
		{"", true, true},
		{"--provider uip", true, false},
		{"--status pending", false, true},
		{"--status delivered --event sign", true, false},
		{"--session " + session, false, true},
		{"--webhook global --account default", false, true},
		{"--q " + session, false, true},
		{"--order desc --limit 1", true, false},
		{"--run nobody's", false, false},
	} {
		status, stdout, stderr := asked(t, mock, append([]string{"deliveries", "list"}, strings.Fields(c.args)...)...)
		if status != exitOK || strings.Contains(stdout, " sign ") != c.uip || strings.Contains(stdout, " face ") != c.face {
			t.Errorf("%q ended with %d:\n%s", c.args, status, stdout)
		}
		if none := stdout == "There are none.\n"; none == (c.uip || c.face) {
			t.Errorf("%q says\n%s", c.args, stdout)
		}
		if more := strings.Contains(stderr, "kycmock: there are more: --cursor "+"dlv_"); more != strings.Contains(c.args, "--limit") {
			t.Errorf("%q says of more: %q", c.args, stderr)
		}
	}
	_, _, stderr := asked(t, mock, "deliveries", "list", "--limit", "1")
	cursor := strings.TrimSpace(stderr[strings.LastIndex(stderr, " "):])
	if text := done(t, mock, "deliveries", "list", "--cursor", cursor); strings.Contains(text, " face ") || !strings.Contains(text, " sign ") {
		t.Errorf("after the first come\n%s", text)
	}
	says(t, failed(t, exitFailed, mock, "deliveries", "list", "--status", "lost", "--limit", "5000", "--cursor", "x"),
		"the request breaks 3 rules", "\n  --limit: ", "\n  --status: ", "\n  --cursor: ")
}

func one(t *testing.T, mock *mockserver.Server, id string) delivery.Record {
	t.Helper()
	r, err := mock.Delivery(id)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestALimitOfNothingIsRefused(t *testing.T) {
	says(t, failed(t, exitFailed, mockserver.Test(t, mockserver.Config{}).Server, "deliveries", "list", "--limit", "0"), "\n  --limit: ", "not 0")
}

func TestATableIsAligned(t *testing.T) {
	mock, id := refused(t)
	lines := strings.Split(done(t, mock, "deliveries", "list"), "\n")
	if len(lines) != 3 || strings.Index(lines[0], "STATUS") != strings.Index(lines[1], "pending") || strings.Index(lines[0], "LAST") != strings.Index(lines[1], "503") {
		t.Errorf("the table is\n%s", strings.Join(lines, "\n"))
	}
	for _, line := range lines {
		if strings.TrimRight(line, " ") != line || strings.Contains(line, "\t") {
			t.Errorf("a line is %q", line)
		}
	}
	says(t, lines[1], id)
}

func TestAJourneyIsShownAttemptByAttempt(t *testing.T) {
	mock, id := refused(t)
	text := done(t, mock, "deliveries", "show", id)
	for _, want := range []string{
		`^delivery  ` + id + `\nevent     uqudo face of default\nwebhook   global at http://\S+\nsession   \S+\nstatus    pending\ncreated   \S+Z\nnext      \S+Z\n\n`,
		`\nATTEMPT  AT +SINCE +OUTCOME  TOOK +FAULTS  ERROR\n1 +\S+Z +0s +503 .*\n2 +\S+Z +5m +503 .*\n\n`,
		`\nRequest 2: POST http://\S+\n  Content-Type: application/json\n(  .*\n)+\n  \{"jwsResult":"eyJ`,
		`\nAnswer 2: 503 Service Unavailable\n(  .*\n)+\n  .*told to answer 503`,
	} {
		if !regexp.MustCompile(want).MatchString(text) {
			t.Errorf("it does not match %s:\n%s", want, text)
		}
	}
	if latest := done(t, mock, "deliveries", "show", "--latest"); latest != text {
		t.Errorf("the latest is\n%s", latest)
	}
}

func TestAJourneyHidesSecretsAndCutsWhatIsLong(t *testing.T) {
	mock := mockserver.Test(t, mockserver.Config{}).Server
	done(t, mock, "webhook", "set", mock.URL+"/_mock/receiver/default", "--provider", "uqudo", "--header", "X-Token: not-for-everybody")
	done(t, mock, "trigger", "enrollment", "--fault", "extra-members", "--wait", "any")
	text := done(t, mock, "deliveries", "show", "--latest")
	if strings.Contains(text, "not-for-everybody") || len(text) > 6000 {
		t.Errorf("it is %d bytes long:\n%.3000s", len(text), text)
	}
	says(t, text, "X-Token: ***\n", "bytes in all; -o json has them\n", "faults    extra-members\n")
	says(t, done(t, mock, "deliveries", "show", "--latest", "--reveal"), "X-Token: not-for-everybody\n")
}

func TestWhatIsWaitedForComesOrIsSaid(t *testing.T) {
	mock, id := refused(t)
	says(t, done(t, mock, "deliveries", "wait", id, "--attempts", "2", "--status", "pending"), "pending  2")
	stderr := failed(t, exitFailed, mock, "deliveries", "wait", id, "--status", "delivered", "--attempts", "3", "--timeout", "20ms")
	says(t, stderr, "delivery "+id+" is pending after 2 attempts; waiting for status delivered and at least 3 attempts; attempt 2: 503; the next is due when the mock's clock shows ")
	waited := make(chan string, 1)
	go func() {
		_, stdout, _ := asked(t, mock, "deliveries", "wait", "--latest", "--status", "delivered", "--attempts", "3")
		waited <- stdout
	}()
	done(t, mock, "clock", "advance", "next")
	says(t, <-waited, "delivered  3")
	says(t, failed(t, exitFailed, mock, "deliveries", "wait", id, "--status", "lost", "--timeout", "20m"), "\n  --status: ", "\n  --timeout: want a duration from 0s to 10m")
}

func TestDeliveriesAreAttemptedCancelledAndSentAgain(t *testing.T) {
	mock, id := refused(t)
	says(t, done(t, mock, "deliveries", "attempt", id), id)
	done(t, mock, "deliveries", "wait", id, "--attempts", "3")
	if r := one(t, mock, id); r.Status != delivery.Delivered {
		t.Errorf("the attempt that was asked for left it %s", r.Status)
	}
	says(t, failed(t, exitFailed, mock, "deliveries", "cancel", id), "delivery "+id+" is delivered already")
	if err := mock.Answer(http.StatusTeapot); err != nil {
		t.Fatal(err)
	}
	says(t, done(t, mock, "deliveries", "redeliver", "--latest"), "dlv_", "pending")
	done(t, mock, "deliveries", "wait", "--latest", "--attempts", "1")
	says(t, done(t, mock, "deliveries", "cancel", "--latest"), "cancelled", "418")
	says(t, done(t, mock, "deliveries", "show", "--latest"), "redelivery of  "+id, "status         cancelled: somebody asked for it")
}

func TestADeliveryIsSentAgainWithFaultsOfItsOwnAndTwice(t *testing.T) {
	mock := hooked(t)
	done(t, mock, "trigger", "face", "--wait", "delivered")
	list, _ := mock.Deliveries(delivery.Filter{})
	id := list[0].ID
	done(t, mock, "deliveries", "redeliver", id, "--fault", "tampered", "--fault", `{"name": "delay", "params": {"by": "0s"}}`)
	done(t, mock, "deliveries", "wait", "--latest", "--attempts", "1")
	says(t, done(t, mock, "deliveries", "show", "--latest"), "faults         tampered, delay\n", "redelivery of  "+id, "Answer 1: 4", "signature")
	done(t, mock, "deliveries", "duplicate", id)
	done(t, mock, "deliveries", "wait", "--latest", "--status", "delivered")
	says(t, done(t, mock, "deliveries", "show", "--latest"), "duplicate of  "+id)
	says(t, failed(t, exitFailed, mock, "deliveries", "redeliver", id, "--fault", "late", "--fault", "prefixed-signature"),
		"\n  --fault [0].name: there is no such fault", "\n  --fault [1].name: is not one of uqudo's")
	says(t, failed(t, exitUsage, mock, "deliveries", "redeliver", id, "--fault", "{"), "--fault: want JSON")
}

func TestADeliveryHasToBeNamed(t *testing.T) {
	mock := mockserver.Test(t, mockserver.Config{}).Server
	for _, verb := range []string{"show", "wait", "attempt", "redeliver", "duplicate", "cancel"} {
		says(t, failed(t, exitUsage, mock, "deliveries", verb), "want the ID of a delivery, or --latest")
		says(t, failed(t, exitUsage, mock, "deliveries", verb, "dlv_1", "--latest"), "want the ID of a delivery, or --latest")
		says(t, failed(t, exitFailed, mock, "deliveries", verb, "--latest"), "--latest: there is no delivery yet")
		says(t, failed(t, exitFailed, mock, "deliveries", verb, "dlv x"), `no delivery is called "dlv x"`)
	}
}
