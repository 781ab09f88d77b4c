package fault_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"kycmock/mockserver/fault"
)

// active has faults act, with a seed.
func active(seed uint64, names ...string) fault.Active {
	var faults []fault.Fault
	for _, name := range names {
		faults = append(faults, fault.Fault{Name: name})
	}
	return fault.On(faults, fault.Stream{Seed: seed, Attempt: 1})
}

func TestABodyIsBrokenAsItsFaultSays(t *testing.T) {
	const event = `{"event":"a:b","data":{"id":"x","n":1}}`
	for _, tt := range []struct{ fault, body, want string }{
		{fault.DuplicateMember, event, `{"event":"a:b","data":{"id":"x","n":1},"event":"a:b","data":{"id":"x","n":1}}`},
		{fault.DuplicateMember, " {\"a\": 1}\n", `{"a": 1,"a": 1}`},
		{fault.DuplicateMember, `{}`, `{}{}`},
		{fault.DuplicateMember, `[{"a":1}]`, `[{"a":1}][{"a":1}]`},
		{fault.InvalidUTF8, event, "{\"event\":\"a:b\",\"data\":{\"id\":\"x\",\"n\xff\xfe\":1}}"},
		{fault.InvalidUTF8, `{"a":"b"}`, "{\"a\":\"b\xff\xfe\"}"},
		{fault.InvalidUTF8, `[1]`, "\xff\xfe[1]"},
		{fault.MalformedJSON, event, `{"event"="a:b","data":{"id":"x","n":1}}`},
		{fault.MalformedJSON, `{"a:b":1}`, `{"a:b"=1}`},
		{fault.MalformedJSON, `["a:b"]`, `=["a:b"]`},
		{fault.MalformedJSON, ``, `=`},
		{fault.ByteOrderMark, event, "\xef\xbb\xbf" + event},
		{fault.EmptyBody, event, ``},
		{fault.TruncatedJSON, `7`, ``},
		{fault.TruncatedJSON, ``, ``},
	} {
		got := active(1, tt.fault).Broken(tt.body)
		if got != tt.want {
			t.Errorf("%s of %s: %q, want %q", tt.fault, tt.body, got, tt.want)
		}
	}
	if got := active(1).Broken(event); got != event {
		t.Errorf("without a fault: %q", got)
	}
}

func TestATruncatedBodyEndsSomewhereInItsMiddle(t *testing.T) {
	body := `{"a":"` + strings.Repeat("x", 1000) + `"}`
	lengths := map[int]bool{}
	for seed := range uint64(50) {
		got := active(seed, fault.TruncatedJSON).Broken(body)
		if !strings.HasPrefix(body, got) || len(got) < len(body)/4 || len(got) > len(body)*3/4+1 || json.Valid([]byte(got)) {
			t.Fatalf("of %d bytes are left %d", len(body), len(got))
		}
		lengths[len(got)] = true
	}
	if len(lengths) < 25 {
		t.Errorf("50 seeds end at %d places", len(lengths))
	}
}

func TestFaultsOfTheBodyAddUp(t *testing.T) {
	got := active(1, fault.ByteOrderMark, fault.MalformedJSON, fault.DuplicateMember).Broken(`{"a":1}`)
	if want := "\ufeff" + `{"a"=1,"a":1}`; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := active(1, fault.EmptyBody, fault.ByteOrderMark, fault.InvalidUTF8).Broken(`{"a":1}`); got != "" {
		t.Errorf("%q", got)
	}
}

func TestAChangedByteLeavesJSONForTheSignatureToFind(t *testing.T) {
	const body = `{"ok":true,"none":null,"n":-10.5e3,"text":"aZ\u00e4\n","list":[0,9]}`
	places := map[int]bool{}
	for seed := range uint64(300) {
		got := active(seed).ChangedByte(body, 0)
		if len(got) != len(body) || got == body || !json.Valid([]byte(got)) {
			t.Fatalf("%s", got)
		}
		for i := range body {
			if got[i] != body[i] {
				places[i] = true
			}
		}
	}
	if len(places) < 20 {
		t.Errorf("300 seeds change %d places", len(places))
	}
	for seed := range uint64(100) {
		if got := active(seed).ChangedByte(body, len(body)/2); got[:len(body)/2] != body[:len(body)/2] {
			t.Fatalf("changed before where it may: %s", got)
		}
	}
	for _, hopeless := range []string{"", "{}", `""`, "true", "---"} {
		if got := active(1).ChangedByte(hopeless, 0); got == hopeless {
			t.Errorf("%q is left as it was", hopeless)
		}
	}
	if got := active(1).ChangedByte("abc", 7); got == "abc" {
		t.Error("beyond the end nothing is changed")
	}
}

func FuzzAFaultChangesEveryBody(f *testing.F) {
	for _, seed := range []string{`{"a":1}`, `{}`, `[]`, `""`, "", "a:b", `{"a:b":[{"c":"\""}]}`, "\xff", "eyJhbGciOiJSUzI1NiJ9.e30.c2ln"} {
		f.Add(uint64(1), seed)
	}
	names := []string{
		fault.DuplicateMember, fault.InvalidUTF8, fault.MalformedJSON, fault.TruncatedJSON, fault.ByteOrderMark, fault.EmptyBody,
	}
	f.Fuzz(func(t *testing.T, seed uint64, body string) {
		for _, name := range names {
			broken := active(seed, name).Broken(body)
			if broken == body && body != "" {
				t.Errorf("%s leaves %q", name, body)
			}
			if again := active(seed, name).Broken(body); again != broken {
				t.Errorf("%s of %q is %q and %q", name, body, broken, again)
			}
			valid := json.Valid([]byte(broken))
			if name == fault.MalformedJSON && valid || name == fault.InvalidUTF8 && utf8.ValidString(broken) {
				t.Errorf("%s of %q is good: %q", name, body, broken)
			}
			if name == fault.DuplicateMember && valid {
				var once, twice any
				if json.Unmarshal([]byte(body), &once) == nil && json.Unmarshal([]byte(broken), &twice) == nil && len(broken) <= len(strings.TrimSpace(body)) {
					t.Errorf("%s of %q is %q", name, body, broken)
				}
			}
		}
		all := active(seed, names[:5]...).Broken(body)
		if all == body {
			t.Errorf("all of them leave %q", body)
		}
		changed := active(seed).ChangedByte(body, 0)
		if changed == body || json.Valid([]byte(body)) && !json.Valid([]byte(changed)) {
			t.Errorf("%q became %q", body, changed)
		}
		if len(changed) == len(body) {
			differ := 0
			for i := range body {
				if body[i] != changed[i] {
					differ++
				}
			}
			if differ != 1 {
				t.Errorf("%q became %q", body, changed)
			}
		}
	})
}
