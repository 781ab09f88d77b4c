package mockserver_test

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/clock"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/provider"
	"kycmock/mockserver/uip"
	"kycmock/mockserver/uqudo"
)

// listener is a test that keeps what a mock says to it.
type listener struct {
	ctx      context.Context
	mu       sync.Mutex
	said     []string
	cleanups []func()
}

func (l *listener) Helper()                  {}
func (l *listener) Context() context.Context { return l.ctx }
func (l *listener) Cleanup(f func())         { l.cleanups = append(l.cleanups, f) }

func (l *listener) Errorf(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.said = append(l.said, fmt.Sprintf(format, args...))
}

func (l *listener) Fatalf(format string, args ...any) {
	l.Errorf(format, args...)
	runtime.Goexit()
}

// identity is one that a seed decided; what it is says nothing.
var identity = regexp.MustCompile(`\b(dlv|sess|msg)_[0-9a-z]{10,}\b|\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b`)

// numbered names identities by the order in which they are mentioned.
func numbered(text string) string {
	var seen []string
	return identity.ReplaceAllStringFunc(text, func(id string) string {
		if !slices.Contains(seen, id) {
			seen = append(seen, id)
		}
		kind, _, named := strings.Cut(id, "_")
		if !named {
			kind = "uuid"
		}
		return fmt.Sprintf("%s_%d", kind, slices.Index(seen, id)+1)
	})
}

// brief is the patience for what never comes.
const brief = 20 * time.Millisecond

// said is what a test is told that uses a mock so, each failure as it would
// read.
func said(t *testing.T, c mockserver.Config, use func(t mockserver.TB, m *mockserver.Mock)) []string {
	t.Helper()
	if c.Clock == nil {
		c.Clock = clock.New(start, 0)
	}
	r := &listener{ctx: t.Context()}
	done := make(chan struct{})
	go func() { // Fatalf ends it
		defer close(done)
		defer func() {
			for _, f := range slices.Backward(r.cleanups) {
				f()
			}
		}()
		use(r, mockserver.Test(r, c))
	}()
	<-done
	for i := range r.said {
		r.said[i] = numbered(r.said[i])
	}
	return r.said
}

// down is a webhook of the default account whose receiver answers these
// statuses.
func down(t *testing.T, m *mockserver.Mock, statuses ...int) {
	m.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: newHook(t, statuses...).URL})
}

func TestEachFailureSaysWhatWasDoneAndWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		name string
		use  func(mockserver.TB, *mockserver.Mock)
		want string
	}{
		{"a webhook that is none", func(_ mockserver.TB, m *mockserver.Mock) {
			m.Uqudo().SaveGlobalWebhook(uqudo.Webhook{URL: "nowhere"})
		}, "saving the webhook global of uqudo account default: the webhook breaks a rule: url: want an absolute http or https URL, such as https://example.test/hook"},
		{"a webhook that is not there", func(_ mockserver.TB, m *mockserver.Mock) { m.UIP().DeleteWebhook() },
			`deleting the webhook default of uip account default: business "default" has no webhook; PUT /_mock/v1/uip/businesses/default/webhook saves one`},
		{"a setting that is none", func(_ mockserver.TB, m *mockserver.Mock) {
			m.Uqudo().Configure(func(a *uqudo.Account) { a.Delivery.Accepts, a.Delivery.Interval = "3xx", 0 })
		}, `configuring the Uqudo account default: the account's settings break a rule: delivery.accepts: expected value to be one of "2xx, 200"`},
		{"a person who cannot be", func(_ mockserver.TB, m *mockserver.Mock) {
			m.Uqudo().Enroll(uqudo.SessionData{Person: uqudo.Holder{Sex: "X"}})
		}, "the event enrollment of uqudo: this session cannot happen: data.person.sex: want F or M"},
		{"a fault of another stage", func(_ mockserver.TB, m *mockserver.Mock) {
			m.Arm(mockserver.Rule{Fault: fault.Fault{Name: "sleepy"}})
		}, "arming sleepy: "},
		{"a session that nobody is told of", func(_ mockserver.TB, m *mockserver.Mock) {
			m.Uqudo().Enroll(uqudo.SessionData{}).Delivery()
		}, "session uuid_1 of event enrollment, which is completed, led to no delivery; the webhook global of uqudo account default is not set"},
		{"a session that several are told of", func(_ mockserver.TB, m *mockserver.Mock) {
			down(t, m)
			m.Uqudo().Enroll(uqudo.SessionData{}, fault.Fault{Name: fault.Duplicate}).Delivery()
		}, "session uuid_1 led to 2 deliveries where one was wanted; Deliveries has them all: dlv_2: event enrollment"},
		{"a delivery that nobody began", func(_ mockserver.TB, m *mockserver.Mock) { m.Delivery("dlv_x") },
			`looking at a delivery: no delivery is called "dlv_x"; finished ones are forgotten in time`},
		{"a delivery that has ended", func(_ mockserver.TB, m *mockserver.Mock) {
			down(t, m)
			d := m.Uqudo().Enroll(uqudo.SessionData{}).Delivery()
			d.Wait(delivery.Delivered)
			d.Cancel()
		}, "cancelling dlv_1: "},
		{"a vendor that is not played", func(_ mockserver.TB, m *mockserver.Mock) { m.Uqudo() },
			"this mock does not play uqudo: Config.Providers has uip"},
		{"an act that is none", func(_ mockserver.TB, m *mockserver.Mock) {
			m.UIP().SaveWebhook("http://receiver.test/")
			m.UIP().Identify(uip.IdentifyData{Status: uip.StatusPending}).Sign()
		}, "to sign in session sess_1: that cannot be done with an identify: verb: want one of complete, cancel, decline"},
		{"the clock set back in mid-retry", func(_ mockserver.TB, m *mockserver.Mock) {
			down(t, m, 503)
			m.Uqudo().Enroll(uqudo.SessionData{}).Delivery().WaitAttempts(1)
			m.SetNow(start.Add(-time.Hour))
		}, "setting the clock to 2026-03-01T08:00:00Z: the clock cannot go back while deliveries are pending: 1 of them"},
		{"the key that signs, retired", func(_ mockserver.TB, m *mockserver.Mock) { m.RetireKey(m.Keys()[0].KID) },
			"retiring the key " + "1f3ec27fa5cdee63dd68d575f90b6c97: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := mockserver.Config{}
			if strings.Contains(c.want, "does not play") {
				config.Providers = []provider.New{uip.New}
			}
			got := said(t, config, func(tb mockserver.TB, m *mockserver.Mock) {
				c.use(tb, m)
				tb.Errorf("it went on")
			})
			if len(got) != 1 || !strings.HasPrefix(got[0], c.want) || strings.Contains(got[0], "\n") {
				t.Errorf("it says\n%q\nwant\n%q", got, c.want)
			}
		})
	}
}

func TestAMockClosesWithItsTest(t *testing.T) {
	url := ""
	if got := said(t, mockserver.Config{}, func(_ mockserver.TB, m *mockserver.Mock) { url = m.URL }); len(got) > 0 {
		t.Errorf("the test is told %q", got)
	}
	if answer, err := http.Get(url + "/readyz"); err == nil {
		t.Errorf("it still answers %s", answer.Status)
	}
	got := said(t, mockserver.Config{Addr: "256.0.0.1:0"}, func(mockserver.TB, *mockserver.Mock) {})
	if len(got) != 1 || !strings.HasPrefix(got[0], "starting the mock: listen tcp: ") {
		t.Errorf("a mock that cannot listen says %q", got)
	}
}

func TestVerbsWorkWhenTheTestIsCleanedUp(t *testing.T) {
	var now time.Time
	t.Run("a test", func(t *testing.T) {
		mock := mockserver.Test(t, mockserver.Config{Clock: clock.New(start, 0)})
		t.Cleanup(func() { mock.Advance(time.Hour); now = mock.Clock.Now() })
	})
	if at := start.Add(time.Hour); !now.Equal(at) {
		t.Errorf("the clock shows %s, want %s", now, at)
	}
}

func TestTheClockIsNotAdvancedBackwards(t *testing.T) {
	got := said(t, mockserver.Config{}, func(_ mockserver.TB, m *mockserver.Mock) { m.Advance(-time.Hour) })
	if len(got) != 1 || !strings.Contains(got[0], "SetNow sets it back") {
		t.Errorf("it says %q", got)
	}
}

func TestASubtestsMockFailsTheSubtest(t *testing.T) {
	var inner []string
	outer := said(t, mockserver.Config{}, func(_ mockserver.TB, m *mockserver.Mock) {
		r := &listener{ctx: t.Context()}
		done := make(chan struct{})
		go func() {
			defer close(done)
			m.In(r).RetireKey("no such")
		}()
		<-done
		inner = r.said
	})
	if len(outer) != 0 || len(inner) != 1 {
		t.Errorf("the test is told %q, the subtest %q", outer, inner)
	}
}

func TestAnswersAreHeldAgainstWhatIsWanted(t *testing.T) {
	const place = "event enrollment, webhook global of uqudo account default, "
	for _, c := range []struct {
		name    string
		answers []int
		advance time.Duration
		want    []int
		says    string
	}{
		{"as they are", []int{503}, 5 * time.Minute, []int{503, 200}, ""},
		{"before anything is advanced", []int{503}, 0, []int{503}, ""},
		{"another one", []int{503}, 0, []int{500},
			"delivery dlv_1 was answered 503, want 500: " + place + "status pending after 1 attempt that was answered 503; next at 2026-03-01T09:05:00Z, and the clock stands: Advance it"},
		{"one that is not due yet", []int{503}, 0, []int{503, 200},
			"delivery dlv_1 was answered 503, want 503, 200: " + place + "status pending after 1 attempt that was answered 503; next at 2026-03-01T09:05:00Z, and the clock stands: Advance it"},
		{"one more than there was", []int{503}, 5 * time.Minute, []int{503, 503, 200},
			"delivery dlv_1 was answered 503, 200, want 503, 503, 200: " + place + "status delivered after 2 attempts that were answered 503, 200"},
		{"one less than there was", nil, 0, nil,
			"delivery dlv_1 was answered 200, want nothing: " + place + "status delivered after 1 attempt that was answered 200"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := said(t, mockserver.Config{}, func(_ mockserver.TB, m *mockserver.Mock) {
				down(t, m, c.answers...)
				d := m.Uqudo().Enroll(uqudo.SessionData{}).Delivery()
				if c.advance > 0 {
					m.Advance(c.advance)
				}
				d.WantAnswers(c.want...)
			})
			if strings.Join(got, "\n") != c.says {
				t.Errorf("it says\n%q\nwant\n%q", got, c.says)
			}
		})
	}
}
