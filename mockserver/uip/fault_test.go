package uip_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"kycmock/mockserver"
	"kycmock/mockserver/fault"
	"kycmock/mockserver/provider"
	"kycmock/mockserver/uip"
)

// spoiltRequest is what a receiver saw of one attempt.
type spoiltRequest struct {
	signature []string
	body      string
}

const faultSecret = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"

func (r spoiltRequest) genuine() bool {
	return len(r.signature) == 1 && r.signature[0] == uip.Sign(faultSecret, "", r.body)
}

// spoilt has an identify event sent with faults, and returns what arrived at
// the first attempt.
func spoilt(t *testing.T, mock *mockserver.Server, faults ...fault.Fault) spoiltRequest {
	t.Helper()
	arrived := make(chan spoiltRequest, 1)
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		select {
		case arrived <- spoiltRequest{r.Header["X-Uip-Signature"], string(body)}:
		default:
		}
	}))
	defer hook.Close()
	if _, err := mock.SaveWebhook(t.Context(), "uip", "", "default", map[string]string{"url": hook.URL}); err != nil {
		t.Fatal(err)
	}
	seed := uint64(7)
	if _, err := mock.Trigger(t.Context(), provider.Trigger{Provider: "uip", Event: "identify", Faults: faults, Seed: &seed}); err != nil {
		t.Fatal(err)
	}
	if _, err := mock.Advance(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	return <-arrived
}

// spoiltCase is what a receiver is to see of a fault.
type spoiltCase struct {
	params  map[string]any
	genuine bool // the signature is good
	is      func(r spoiltRequest) bool
}

func spoiltTable() map[string]spoiltCase {
	lower := regexp.MustCompile(`^[0-9a-f]{64}$`)
	isJSON := func(body string) bool { return json.Valid([]byte(body)) }
	return map[string]spoiltCase{
		fault.OtherSession: {genuine: true, is: func(r spoiltRequest) bool {
			return regexp.MustCompile(`"session_id":"sess_[0-9a-f]{16}"`).MatchString(r.body)
		}},
		fault.ExtraMembers: {genuine: true, is: func(r spoiltRequest) bool { return isJSON(r.body) && strings.Count(r.body, `"added_later"`) == 2 }},
		fault.Large:        {params: map[string]any{"bytes": "64KiB"}, genuine: true, is: func(r spoiltRequest) bool { return isJSON(r.body) && len(r.body) > 64<<10 }},
		fault.Tampered:     {is: func(r spoiltRequest) bool { return lower.MatchString(r.signature[0]) }},
		fault.WrongKey:     {is: func(r spoiltRequest) bool { return lower.MatchString(r.signature[0]) && isJSON(r.body) }},
		fault.MalformedSig: {is: func(r spoiltRequest) bool { return len(r.signature[0]) == 64 && !lower.MatchString(r.signature[0]) }},
		fault.ShortSig:     {is: func(r spoiltRequest) bool { return len(r.signature[0]) == 32 }},
		fault.EmptySig:     {is: func(r spoiltRequest) bool { return len(r.signature) == 1 && r.signature[0] == "" }},
		fault.MissingSig:   {is: func(r spoiltRequest) bool { return len(r.signature) == 0 }},
		fault.UppercaseSig: {is: func(r spoiltRequest) bool {
			return strings.ToLower(r.signature[0]) == uip.Sign(faultSecret, "", r.body)
		}},
		fault.PrefixedSig:     {is: func(r spoiltRequest) bool { return r.signature[0] == "sha256="+uip.Sign(faultSecret, "", r.body) }},
		fault.MalformedJSON:   {genuine: true, is: func(r spoiltRequest) bool { return !isJSON(r.body) }},
		fault.TruncatedJSON:   {genuine: true, is: func(r spoiltRequest) bool { return !isJSON(r.body) && strings.HasPrefix(r.body, `{"event`) }},
		fault.DuplicateMember: {genuine: true, is: func(r spoiltRequest) bool { return isJSON(r.body) && strings.Count(r.body, `"event":`) == 2 }},
		fault.InvalidUTF8:     {genuine: true, is: func(r spoiltRequest) bool { return !utf8.ValidString(r.body) }},
		fault.EmptyBody:       {genuine: true, is: func(r spoiltRequest) bool { return r.body == "" }},
		fault.ByteOrderMark:   {genuine: true, is: func(r spoiltRequest) bool { return strings.HasPrefix(r.body, "\ufeff{") }},
		fault.Reserialised:    {is: func(r spoiltRequest) bool { return isJSON(r.body) && strings.Contains(r.body, "\n  \"event\"") }},
	}
}

// Each fault of the content or the request is signed as it is sent, and each of
// the signature is not.
func TestAReceiverSeesWhatAFaultSays(t *testing.T) {
	for name, c := range spoiltTable() {
		t.Run(name, func(t *testing.T) {
			asked := fault.Fault{Name: name, Params: c.params}
			got := spoilt(t, mockserver.Test(t, mockserver.Config{}).Server, asked)
			if got.genuine() != c.genuine || !c.is(got) {
				t.Errorf("signed %q, genuine %t: %.300s", got.signature, got.genuine(), got.body)
			}
			seed := uint64(1)
			one := spoilt(t, mockserver.Test(t, mockserver.Config{Seed: &seed}).Server, asked)
			same := spoilt(t, mockserver.Test(t, mockserver.Config{Seed: &seed}).Server, asked)
			if fmt.Sprint(one) != fmt.Sprint(same) {
				t.Error("the same seed sends something else")
			}
		})
	}
}

// Every fault that UIP lists is tried above, or is one of its API's.
func TestNoFaultOfUIPIsUntried(t *testing.T) {
	tried := spoiltTable()
	for _, p := range mockserver.Test(t, mockserver.Config{}).Providers() {
		if p.Name != uip.Name {
			continue
		}
		for _, name := range p.Faults {
			if spec, known := fault.Find(name); !known {
				t.Errorf("%s is in no catalogue", name)
			} else if spec.Stage != fault.API && tried[name].is == nil {
				t.Errorf("%s is not tried", name)
			}
		}
	}
}

func TestAFaultOfTheAPIIsNotForATrigger(t *testing.T) {
	mock := mockserver.Test(t, mockserver.Config{})
	err := mock.Check(provider.Trigger{Provider: "uip", Event: "identify", Faults: []fault.Fault{
		{Name: fault.APIReset, Params: map[string]any{"route": "POST /v1/identify"}}, {Name: fault.Expired}, {Name: fault.StaleTimestamp},
	}})
	for _, want := range []string{"faults[0].name: goes wrong with calls", "faults[1].name: is not one of uip's", "faults[2].name: uip signs no timestamp"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
