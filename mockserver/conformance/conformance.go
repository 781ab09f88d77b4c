// Package conformance is the suite of tests that every vendor passes: whoever
// writes a [provider.Provider], in this module or in another, calls [Run] in a
// test and is told what the mock, its page and its users count on and the
// vendor does not do.
//
//	func TestAcmeIsAVendor(t *testing.T) {
//		conformance.Run(t, conformance.Vendor{
//			New:     acme.New,
//			Webhook: "results",
//			Config:  func(url string) any { return map[string]string{"url": url} },
//			Verify:  verify,
//		})
//	}
//
// It starts mocks that play the vendor and receivers on loopback, and looks at
// the vendor from outside. The clocks of the mocks stand still, so that hours of
// retries take no time. It proves what is true of all vendors: what the vendor's
// own pages say of payloads, rules and settings is for the vendor's own tests.
package conformance

import (
	"context"
	"net/http"
	"testing"

	"kycmock/mockserver"
	"kycmock/mockserver/provider"
)

// Vendor is a vendor on trial, and what the suite cannot know of it. New,
// Webhook and Config are required.
type Vendor struct {
	// New makes the vendor. Mocks of the suite play no other.
	New provider.New
	// Webhook names the webhook that the suite saves, one of the default
	// account's. Every event of the profile, with its example, is told to it.
	Webhook string
	// Config is the configuration of that webhook for a receiver at this
	// address: anything that marshals to the vendor's own shape of it. It is also
	// asked for configurations of what is no address at all, which the vendor is
	// to refuse.
	Config func(url string) any
	// Verify is the vendor's receiver: it returns why it would refuse a request,
	// nil when the signature is good, and knows no more than the mock publishes
	// and Config holds. The suite shows it forged requests too. The default, nil,
	// is that of a vendor who does not sign.
	Verify func(ctx context.Context, mock *mockserver.Server, r Request) error
	// Resigns is whether each attempt is signed anew, and so may differ from the
	// one before. The default is that all attempts of a delivery send the same
	// headers and the same bytes.
	Resigns bool
	// Once names the events that are told in a single attempt. The others are
	// retried by one of the profile's plans, and not by an empty one.
	Once []string
	// Invented names the events whose content is drawn from the seed, so that
	// another seed tells something else. The same seed tells the same of every
	// event, whether it is named here or not.
	Invented []string
}

// Request is what a receiver got.
type Request struct {
	Header http.Header
	Body   []byte // The exact bytes.
}

// Run holds a vendor to everything that is checked, each in a subtest of its
// own.
func Run(t *testing.T, v Vendor) {
	t.Helper()
	if v.New == nil || v.Webhook == "" || v.Config == nil {
		t.Fatalf("a vendor on trial has New, Webhook and Config")
	}
	for _, c := range checks() {
		t.Run(c.name, func(t *testing.T) { c.holds(trial{t, v}) })
	}
}

// A check is one thing that is true of every vendor.
type check struct {
	name  string
	holds func(trial)
}

func checks() []check {
	return []check{
		{"the profile is sound", soundProfile},
		{"each example triggers as it stands", examplesTrigger},
		{"checking does nothing", checkingDoesNothing},
		{"what is unknown is refused and leaves nothing behind", unknownIsRefused},
		{"a session gets the identity that is asked for, once", sessionIdentity},
		{"the same seed tells the same", seedsDecide},
		{"a signature verifies", signaturesVerify},
		{"every schedule ends as planned", schedulesEnd},
		{"a retry repeats the notification", retriesRepeat},
		{"success ends a delivery", successEnds},
		{"a redelivery sends the same", redeliveriesRepeat},
		{"saving a webhook replaces it", savingReplaces},
		{"a deleted webhook is told nothing", deletedIsSilent},
		{"a bad webhook is refused and leaves the old one", badWebhookIsRefused},
		{"an unknown webhook is refused", unknownWebhookIsRefused},
		{"a reset forgets what happened", resetForgets},
		{"a reset of all goes back to the start", resetOfAll},
		{"a restart goes on in mid-retry", restartGoesOn},
		{"two mocks share nothing", mocksShareNothing},
		{"many use it at once", manyAtOnce},
		{"nobody acts in an unknown session", unknownActs},
	}
}

// tester is what a check needs of a *testing.T.
type tester interface {
	mockserver.TB
	Context() context.Context
	Errorf(format string, args ...any)
}

// A trial is one check of one vendor.
type trial struct {
	tester
	Vendor
}
