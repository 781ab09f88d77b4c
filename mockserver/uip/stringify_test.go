package uip_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"testing"

	"kycmock/mockserver/provider"
	"kycmock/mockserver/uip"
)

// ctlStringify is what the vendor's sample of a receiver makes of bodies before
// it hashes them: run by Node, over JSON texts, one a line.
const ctlStringify = `
const bodies = JSON.parse(require("fs").readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(bodies.map(body => JSON.stringify(JSON.parse(body)))));
`

// ctlNode is the texts after Node's JSON.stringify(JSON.parse(text)).
func ctlNode(t *testing.T, bodies []string) []string {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatal("Node is needed, to hold what is sent against what its JSON.stringify makes of it: make deps installs it")
	}
	text, err := json.Marshal(bodies)
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), node, "-e", ctlStringify)
	command.Stdin = bytes.NewReader(text)
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	var written []string
	if err := json.Unmarshal(out, &written); err != nil || len(written) != len(bodies) {
		t.Fatalf("Node wrote %d bodies of %d: %v", len(written), len(bodies), err)
	}
	return written
}

// ctlNames are names of people that a serialiser might write in its own way.
var ctlNames = []string{
	"John Doe", "Tom & Jerry", "<b>Bold</b>", `O"Neil`, "O'Neil", `back\slash`, `the text \u2028`, `\\u0026 and \/`,
	"line\u2028and\u2029paragraph", "tab\tnewline\nreturn\rfeed\fback\b", "bell\a nul\x00 escape\x1b last\x1f", "del\x7f", "c1\u0080\u009f",
	"Zoë Ångström", "Zo\u0065\u0308", "محمد بن سلمان", "\u202eright to left\u202c", "👩‍👩‍👧‍👦 Familie", "\U0001d49c\U0010ffff", "李小龍", "\ufeffmark", "\ufffd", "\ufffe\uffff", "a/b", "${x} `y`",
}

// ctlPatches are operations, each with something that JavaScript would write in
// another way than it is written here.
var ctlPatches = []string{
	`{"op": "add", "path": "/data/score", "value": 98.0}`,
	`{"op": "add", "path": "/data/score", "value": 98.40}`,
	`{"op": "add", "path": "/data/n", "value": 1e3}`,
	`{"op": "add", "path": "/data/n", "value": 1E+2}`,
	`{"op": "add", "path": "/data/n", "value": 1E400}`,
	`{"op": "add", "path": "/data/n", "value": -1E400}`,
	`{"op": "add", "path": "/data/n", "value": 1e-400}`,
	`{"op": "add", "path": "/data/n", "value": 5e-324}`,
	`{"op": "add", "path": "/data/n", "value": 1.7976931348623157e308}`,
	`{"op": "add", "path": "/data/n", "value": -0}`,
	`{"op": "add", "path": "/data/n", "value": -0.0}`,
	`{"op": "add", "path": "/data/n", "value": -0e7}`,
	`{"op": "add", "path": "/data/n", "value": [1e20, 1e21, 123456789012345680000, 1234567890123456789012, 0.000001, 0.0000001, 1.5e-9]}`,
	`{"op": "add", "path": "/data/n", "value": [9007199254740991, 9007199254740993, 18446744073709551615, -9223372036854775809]}`,
	`{"op": "add", "path": "/data/n", "value": [0.1, 0.30000000000000004, 3.141592653589793238462643]}`,
	`{"op": "add", "path": "/data/name", "value": "Tom \u0026 Jerry \u003cb\u003e \/ \u002f \u2028 \u00eb \ud83d\ude00 \u007f"}`,
	`{"op": "add", "path": "/data/name", "value": "half a pair \ud83d, the other \ude00"}`,
	`{"op": "add", "path": "/data/a~1b~0c \u0026", "value": {"\u0041": "\u0042", "\/": "\/"}}`,
	`{"op": "add", "path": "/data/nested", "value": {"b": {"z": [1.0, [2.50, []], {}], "a": null}, "a": [true, false, null, ""], "": {"": ""}}}`,
	`{"op": "add", "path": "/data/order", "value": {"b": 1, "10": 2, "a": 3, "9": 4, "0": 5, "-1": 6, "01": 7, "1.5": 8, "1e3": 9, "4294967294": 10, "4294967295": 11, "4294967296": 12, "99999999999999999999": 13}}`,
	`{"op": "add", "path": "/data/order", "value": {"__proto__": {"x": 1}, "constructor": 1, "toString": 2, "length": 3}}`,
	`{"op": "add", "path": "/1", "value": 1}`,
	`{"op": "add", "path": "/data/7", "value": "first"}`,
	`{"op": "remove", "path": "/data"}`,
	`{"op": "replace", "path": "/data", "value": []}`,
	`{"op": "replace", "path": "/event", "value": null}`,
	`{"op": "copy", "from": "/event", "path": "/data/event"}`,
	`{"op": "move", "from": "/data/name", "path": "/data/uip_id"}`,
	`{"op": "add", "path": "/data/spaces", "value": [ 1 , { "a" : 2 } ]}`,
}

// ctlPatched has an identify event patched, in Go: the control API would refuse
// a number beyond a float64.
func ctlPatched(l ctlLab, operation string) {
	l.Helper()
	if _, err := l.mock.Trigger(l.Context(), provider.Trigger{
		Provider: "uip", Event: "identify", Data: json.RawMessage(`{"person": {"name": "Tom & <Jerry>"}}`), Patch: json.RawMessage("[" + operation + "]"),
	}); err != nil {
		l.Fatal(err)
	}
}

// TestWhatIsSentIsWhatJSONStringifyMakesOfIt has every name and every patch sent
// and compares with what the vendor's sample of a receiver would hash.
func TestWhatIsSentIsWhatJSONStringifyMakesOfIt(t *testing.T) {
	t.Parallel()
	l, hook := ctlWith(t)
	for _, name := range ctlNames {
		l.trigger(ctlObject{"event": "identify", "data": ctlObject{"person": ctlObject{"name": name}}})
	}
	for _, operation := range ctlPatches {
		ctlPatched(l, operation)
	}
	l.trigger(ctlObject{"event": "sign", "patch": []any{json.RawMessage(ctlPatches[0]), json.RawMessage(ctlPatches[12])}})
	l.trigger(ctlObject{"event": "message", "patch": []any{json.RawMessage(ctlPatches[0])}})
	l.trigger(ctlObject{"event": "test", "patch": []any{json.RawMessage(ctlPatches[0])}})
	l.idle()
	var bodies []string
	for _, r := range hook.requests(t, len(ctlNames)+len(ctlPatches)+3) {
		bodies = append(bodies, r.body)
		if got := r.header["Content-Type"]; !slices.Equal(got, []string{"application/json"}) {
			t.Errorf("it came as %q", got)
		}
		for name := range r.header {
			if strings.HasPrefix(strings.ToUpper(name), "X-") && name != "X-Uip-Signature" {
				t.Errorf("it came with the header %s", name)
			}
		}
	}
	for i, want := range ctlNode(t, bodies) {
		if bodies[i] != want {
			t.Errorf("it sent\n%s\nof which Node makes\n%s", bodies[i], want)
		}
		if i < len(ctlNames) {
			var body struct{ Data struct{ Name string } }
			if err := json.Unmarshal([]byte(bodies[i]), &body); err != nil || body.Data.Name != ctlNames[i] {
				t.Errorf("the name %q came as %q: %v", ctlNames[i], body.Data.Name, err)
			}
		}
	}
}

// TestThePatchedBodyIsReadAsItWasMeant is the other half: what is sent may not
// only agree with JavaScript, it has to say what the patch says.
func TestThePatchedBodyIsReadAsItWasMeant(t *testing.T) {
	t.Parallel()
	for i, want := range map[int]string{
		0: `"score":98}`, 2: `"n":1000}`, 4: `"n":null}`, 9: `"n":0}`,
		15: "\"name\":\"Tom & Jerry <b> / / \u2028 ë 😀 \x7f\"",
		17: `"a/b~c &":{"A":"B","/":"/"}}}`,
		19: `"order":{"0":5,"9":4,"10":2,"4294967294":10,"b":1,"a":3,"-1":6,"01":7,"1.5":8,"1e3":9,"4294967295":11,"4294967296":12,"99999999999999999999":13}}}`,
		21: `{"1":1,"event":"identify","data":{`,
		23: `{"event":"identify"}`,
		24: `{"event":"identify","data":[]}`,
		25: `{"event":null,"data":{`,
	} {
		t.Run(ctlPatches[i], func(t *testing.T) {
			t.Parallel()
			l, hook := ctlWith(t)
			ctlPatched(l, ctlPatches[i])
			l.idle()
			if got := hook.requests(t, 1)[0]; !strings.Contains(got.body, want) || got.signature() != uip.Sign(ctlSecret, "", got.body) {
				t.Errorf("it sent\n%s\nsigned %s, want in it\n%s", got.body, got.signature(), want)
			}
		})
	}
}

// FuzzStringified holds what is written against what encoding/json reads in it:
// the same value, and when it is written again the same text. Its seeds go
// through Node as well.
func FuzzStringified(f *testing.F) {
	var seeds []string
	for _, name := range ctlNames {
		text, _ := json.Marshal(map[string]string{name: name})
		seeds = append(seeds, string(text))
	}
	seeds = append(seeds, ctlPatches...)
	seeds = append(seeds, `{"a":1,"b":2,"a":3}`, `{"a":{"1":1,"0":{"a":2,"a":[3.0]}}}`, ` [ ] `, `{}`, `"\ud83d"`, "\"\xff\"", strings.Repeat("[", 500)+strings.Repeat("]", 500))
	for i := range 300 { // numbers of every size
		seeds = append(seeds, fmt.Sprintf("[%d.%de%d,-%de-%d]", i, i*i, i, i*7919, i))
	}
	for _, seed := range seeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !json.Valid([]byte(text)) {
			return
		}
		written := uip.Stringified(text)
		if again := uip.Stringified(written); again != written {
			t.Errorf("%q is written %q, and then %q", text, written, again)
		}
		var compact bytes.Buffer
		if err := json.Compact(&compact, []byte(written)); err != nil || compact.String() != written {
			t.Errorf("%q is written %q: %v", text, written, err)
		}
		var value, read any
		if json.Unmarshal([]byte(text), &value) != nil || strings.Contains(text, "-0") {
			return // a number beyond a float64, or -0: JavaScript writes null and 0
		}
		if err := json.Unmarshal([]byte(written), &read); err != nil || !reflect.DeepEqual(read, value) {
			t.Errorf("%q is written %q, which is read as %v, want %v: %v", text, written, read, value, err)
		}
	})
}

// TestStringifiedIsNodesJSONStringify compares also what no control API lets
// pass. Half a surrogate pair is left out: Go reads it as U+FFFD, and that is
// sent.
func TestStringifiedIsNodesJSONStringify(t *testing.T) {
	t.Parallel()
	texts := slices.DeleteFunc(slices.Clone(ctlPatches), func(p string) bool { return strings.Contains(p, "half a pair") })
	texts = append(texts, `{"a":1,"b":2,"a":3}`, `{"a":{"1":1,"0":{"a":2,"a":[3.0]}}}`, ` [ ] `, ` { } `, `"\u2028\u007f\u0000"`, "0", "-0", "null", "true")
	for i := range 400 {
		texts = append(texts, fmt.Sprintf("[%d.%de%d,-%de-%d,%d]", i, i*i, i-60, i*7919, i, uint64(i)*46116860184273879))
	}
	for i, want := range ctlNode(t, texts) {
		if got := uip.Stringified(texts[i]); got != want {
			t.Errorf("%s is written\n%s\nwant\n%s", texts[i], got, want)
		}
	}
}
