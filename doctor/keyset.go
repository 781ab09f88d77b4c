package doctor

import (
	"context"
	"encoding/json"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"kycmock/verify"
)

// toKeySet tests whether the receiver can have the key set that it is told of.
func (w *way) toKeySet(ctx context.Context, receiver *way) {
	from := w.JWKS
	if from == "" {
		public := w.PublicURL
		if public == "" {
			var known bool
			if public, known = w.askedURL(ctx); !known {
				return
			}
		}
		from = strings.TrimSuffix(public, "/") + w.JWKSPath
	}
	a, reached := w.walk(ctx, from)
	if w.url != nil {
		w.seen(receiver)
	}
	if reached {
		w.judgeKeySet(a)
	}
}

// askedURL asks the mock how others reach it.
func (w *way) askedURL(ctx context.Context) (string, bool) {
	asked := &way{Checkup: w.Checkup, who: mockWay, tell: func(s Step) {
		if !s.OK { // the way to the mock is of no interest as long as it is open
			s.Advice = "start the mock, or say with --server where it is; or give the key set's URL with --jwks"
			w.tell(s)
		}
	}}
	a, reached := asked.walk(ctx, strings.TrimSuffix(w.Server, "/")+"/version")
	if !reached {
		return "", false
	}
	var version struct {
		Version *string
		URL     string
	}
	if err := json.Unmarshal(a.body, &version); a.status != http.StatusOK || err != nil || version.Version == nil {
		asked.fail("answers", "", "%s is no mock: it answers %d", w.Server, a.status)
		return "", false
	}
	public := version.URL
	if public == "" {
		public = w.Server
	}
	w.tell(Step{Name: mockWay + " answers", OK: true, Found: "others reach it as " + public})
	return public, true
}

// seen is how the URL of the key set looks from the receiver.
func (w *way) seen(receiver *way) {
	const start = "start the mock with --public-url http://HOST:PORT, with the host and port by which the receiver reaches it"
	switch {
	case len(w.addresses) == 1 && w.addresses[0].IsUnspecified():
		// has been said
	case !w.loopback():
		w.ok("is for others", "", "%s does not mean whoever asks", w.url.Host)
	case receiver.url == nil:
		// nobody knows where it is
	case receiver.loopback(), receiver.local():
		w.ok("is for others", "", "the receiver is on this machine too")
	case receiver.url.Hostname() == hostName:
		w.ok("is for others", "publish the port, such as with -p "+w.port()+":"+w.port(), "the receiver is on the host, which reaches %s if the mock's port is published there", w.url.Host)
	default:
		w.fail("is for others", start, "%s is the receiver itself for a receiver at %s: it would ask itself", w.url.Host, receiver.url.Hostname())
	}
}

// local is whether the URL's host is this machine by another name.
func (w *way) local() bool {
	own := w.Local()
	return len(w.addresses) > 0 && !slices.ContainsFunc(w.addresses, func(a netip.Addr) bool {
		return !a.IsLoopback() && !slices.Contains(own, a)
	})
}

func (w *way) judgeKeySet(a answer) {
	switch {
	case a.status == http.StatusNotFound:
		w.fail("is a key set", "a mock has it at "+w.JWKSPath, "it answers 404")
		return
	case a.status != http.StatusOK:
		w.fail("is a key set", "", "it answers %d", a.status)
		return
	}
	set, err := verify.ReadSet(a.body)
	if err != nil {
		w.fail("is a key set", "a mock has it at "+w.JWKSPath, "%v", err)
		return
	}
	var wrong []string
	for _, f := range set.Findings() {
		wrong = append(wrong, f.Message)
	}
	if len(wrong) > 0 {
		w.fail("is a key set", "", "%s", strings.Join(wrong, ", and "))
		return
	}
	w.ok("is a key set", "", "its kids are %s", strings.Join(set.KIDs(), ", "))
}
