package uqudo_test

import (
	"fmt"
	"strings"
	"testing"

	"kycmock/mockserver"
)

func TestAPatchChangesTheClaimsThatAreSigned(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	h := newHook(t)
	l.webhook(h.URL)
	for _, c := range []struct{ name, patch, path, want string }{
		{"adds a claim", `[{"op": "add", "path": "/sub", "value": "x"}]`, "sub", "x"},
		{"adds a claim that is null", `[{"op": "add", "path": "/sub", "value": null}]`, "sub", "<nil>"},
		{"replaces a claim", `[{"op": "replace", "path": "/aud", "value": ["a", "b"]}]`, "aud", "[a b]"},
		{"replaces a claim by another type", `[{"op": "replace", "path": "/exp", "value": "soon"}]`, "exp", "soon"},
		{"removes a claim", `[{"op": "remove", "path": "/iat"}]`, "iat", "absent"},
		{"replaces inside an array", `[{"op": "replace", "path": "/data/documents/0/documentType", "value": "NEW_ID"}]`, "data.documents.0.documentType", "NEW_ID"},
		{"adds at an array's end", `[{"op": "add", "path": "/data/documents/-", "value": "more"}]`, "data.documents.1", "more"},
		{"adds at an array's beginning", `[{"op": "add", "path": "/data/documents/0", "value": "first"}]`, "data.documents.0", "first"},
		{"empties an array", `[{"op": "remove", "path": "/data/documents/0"}]`, "data.documents", "[]"},
		{"moves", `[{"op": "move", "from": "/jti", "path": "/data/id"}]`, "jti", "absent"},
		{"copies", `[{"op": "copy", "from": "/iss", "path": "/sub"}]`, "sub", "https://id.uqudo.io"},
		{"tests and goes on", `[{"op": "test", "path": "/iss", "value": "https://id.uqudo.io"}, {"op": "add", "path": "/sub", "value": "x"}]`, "sub", "x"},
		{"works on what the operation before left", `[{"op": "add", "path": "/data/a", "value": {}}, {"op": "add", "path": "/data/a/b", "value": "deep"}]`, "data.a.b", "deep"},
		{"knows escapes in paths", `[{"op": "add", "path": "/a~1b~0c", "value": "x"}]`, "a/b~c", "x"},
		{"changes nothing when empty", `[]`, "iss", "https://id.uqudo.io"},
		{"keeps angle brackets", `[{"op": "add", "path": "/sub", "value": "<&>"}]`, "sub", "<&>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l.in(t).finish(fmt.Sprintf(`{"flow": "enrollment", "patch": %s}`, c.patch))
			if got := look(h.claims(t), c.path); got != c.want {
				t.Errorf("%s is %s, want %s", c.path, got, c.want)
			}
		})
	}
}

// look follows a path like "data.documents.0" and says what is there.
func look(v any, path string) string {
	for _, name := range strings.Split(path, ".") {
		var ok bool
		switch in := v.(type) {
		case map[string]any:
			v, ok = in[name]
		case []any:
			i := 0
			if _, err := fmt.Sscan(name, &i); err == nil && i < len(in) {
				v, ok = in[i], true
			}
		}
		if !ok {
			return "absent"
		}
	}
	return fmt.Sprint(v)
}

func TestAPatchThatCannotBeAppliedIsRefusedByOperation(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	l.webhook(newHook(t).URL)
	for _, c := range []struct{ name, patch, places string }{
		{"replace of a path that does not exist", `[{"op": "replace", "path": "/data/nonce", "value": "x"}]`, "[0]"},
		{"remove of a path that does not exist", `[{"op": "remove", "path": "/sub"}]`, "[0]"},
		{"add below a path that does not exist", `[{"op": "add", "path": "/a/b", "value": 1}]`, "[0]"},
		{"add below a string", `[{"op": "add", "path": "/iss/x", "value": 1}]`, "[0]"},
		{"test of a path that does not exist", `[{"op": "test", "path": "/sub", "value": "x"}]`, "[0]"},
		{"test that fails", `[{"op": "test", "path": "/iss", "value": "x"}]`, "[0]"},
		{"copy from a path that does not exist", `[{"op": "copy", "from": "/sub", "path": "/x"}]`, "[0]"},
		{"move from a path that does not exist", `[{"op": "move", "from": "/sub", "path": "/x"}]`, "[0]"},
		{"move into itself", `[{"op": "move", "from": "/data", "path": "/data/x"}]`, "[0]"},
		{"an index beyond the end", `[{"op": "replace", "path": "/data/documents/1", "value": 1}]`, "[0]"},
		{"an insertion beyond the end", `[{"op": "add", "path": "/data/documents/2", "value": 1}]`, "[0]"},
		{"a negative index", `[{"op": "replace", "path": "/data/documents/-1", "value": 1}]`, "[0]"},
		{"the end of an array where something is to be replaced", `[{"op": "replace", "path": "/data/documents/-", "value": 1}]`, "[0]"},
		{"a word for an index", `[{"op": "replace", "path": "/data/documents/first", "value": 1}]`, "[0]"},
		{"the whole of the claims", `[{"op": "replace", "path": "", "value": {}}]`, "[0]"},
		{"a path that does not begin with a slash", `[{"op": "add", "path": "data/nonce", "value": "x"}]`, "[0]"},
		{"a from that does not begin with a slash", `[{"op": "copy", "from": "data/iss", "path": "/x"}]`, "[0]"},
		{"an escape that is unknown", `[{"op": "add", "path": "/a~2b", "value": "x"}]`, "[0]"},
		{"no path", `[{"op": "add", "value": "x"}]`, "[0]"},
		{"no value", `[{"op": "add", "path": "/x"}]`, "[0]"},
		{"no from", `[{"op": "copy", "path": "/x"}]`, "[0]"},
		{"no op", `[{"path": "/x", "value": 1}]`, "[0]"},
		{"an op that is unknown", `[{"op": "set", "path": "/x", "value": 1}]`, "[0]"},
		{"a path that is a number", `[{"op": "remove", "path": 0}]`, "[0]"},
		{"an operation that is a string", `["remove"]`, "[0]"},
		{"an operation that is null", `[null]`, "[0]"},
		{"several, each of them", `[{"op": "remove", "path": "/a"}, {"op": "add", "path": "/sub", "value": 1}, {"op": "replace", "path": "/b", "value": 1}, {"op": "remove", "path": "/data/documents/5"}]`, "[0] [2] [3]"},
		{"what an operation before took away", `[{"op": "remove", "path": "/data"}, {"op": "replace", "path": "/data/documents", "value": 1}]`, "[1]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var places []string
			for _, p := range strings.Fields(c.places) {
				places = append(places, "body.patch"+p)
			}
			l := l.in(t)
			l.call("POST", account+"/sessions", fmt.Sprintf(`{"flow": "enrollment", "patch": %s}`, c.patch)).refused(422, places...)
			l.call("POST", "/triggers", fmt.Sprintf(`{"provider": "uqudo", "event": "enrollment", "patch": %s}`, c.patch)).refused(422, places...)
		})
	}
	tooMany := "[" + strings.Repeat(`{"op": "test", "path": "/x"},`, 1000) + `{"op": "test", "path": "/x"}]`
	l.call("POST", account+"/sessions", `{"flow": "enrollment", "patch": `+tooMany+`}`).refused(422, "body.patch")
	for _, patch := range []string{`{}`, `"remove"`, `7`} {
		l.call("POST", account+"/sessions", `{"flow": "enrollment", "patch": `+patch+`}`).refused(422, "body.patch")
	}
	l.call("POST", account+"/sessions", `{"flow": "enrollment", "status": "expired", "patch": []}`).refused(422, "body.patch")
	var list struct{ Sessions []any }
	l.call("GET", "/sessions", "").wants(200).into(&list)
	if len(list.Sessions) != 0 {
		t.Errorf("%d sessions were made by refused calls", len(list.Sessions))
	}
}

func TestAPatchThatCopiesCopiesOfCopiesFillsNoMemory(t *testing.T) {
	l := newLab(t, mockserver.Config{})
	doubling := `[{"op": "add", "path": "/data/x", "value": {}}`
	for i := range 40 {
		doubling += fmt.Sprintf(`,{"op": "copy", "from": "/data", "path": "/data/x%d"}`, i)
	}
	r := l.call("POST", account+"/sessions", `{"flow": "face", "patch": `+doubling+`]}`)
	if r.status != 422 || !strings.Contains(string(r.body), "larger than 8 MiB") {
		t.Errorf("answered %d: %.300s", r.status, r.body)
	}
}
