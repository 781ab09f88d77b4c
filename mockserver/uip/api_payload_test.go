package uip_test

import (
	"strings"
	"testing"

	"kycmock/mockserver"
)

// apiJSON lists the calls that take JSON, each with the fields that it needs.
func apiJSON() map[string][]string {
	return map[string][]string{
		"/identify":   {"intent"},
		"/sign":       {"intent", "signature_information"},
		"/invalidate": {"message_id"},
	}
}

// apiObject is JSON that has a text for each of these fields, less the last
// closing brace.
func apiObject(fields []string) string {
	object := "{"
	for _, field := range fields {
		object += `"` + field + `":"some text",`
	}
	return strings.TrimSuffix(object, ",")
}

func TestAPayloadIsAJSONObject(t *testing.T) {
	t.Parallel()
	l := newLabWithWebhook(t)
	const (
		notJSON   = "the Content-Type must be application/json"
		notObject = "the body must be a JSON object"
	)
	for path, fields := range apiJSON() {
		good := apiObject(fields) + "}"
		for _, tt := range []struct{ name, kind, body, reason string }{
			{"no Content-Type", "", good, notJSON},
			{"a text", "text/plain", good, notJSON},
			{"a form", labURLEncoded, good, notJSON},
			{"a kin of JSON", "application/problem+json", good, notJSON},
			{"two types", "application/json, text/plain", good, notJSON},
			{"nothing", "application/json", "", notObject},
			{"blanks", "application/json", " \n", notObject},
			{"null", "application/json", "null", notObject},
			{"an array", "application/json", "[" + good + "]", notObject},
			{"a string", "application/json", `"intent"`, notObject},
			{"an object that breaks off", "application/json", good[:len(good)-1], notObject},
			{"something after the object", "application/json", good + "{}", notObject},
			{"a comma too many", "application/json", good[:len(good)-1] + ",}", notObject},
			{"a comment", "application/json", "/**/" + good, notObject},
			{"a byte order mark", "application/json", "\ufeff" + good, notObject},
			{"UTF-16", "application/json", "\xff\xfe{\x00}\x00", "the body must be UTF-8"},
			{"a byte that is not UTF-8", "application/json", good[:len(good)-1] + ",\"x\":\"\xe9\"}", "the body must be UTF-8"},
			{"a byte more than 1 MiB", "application/json", good + strings.Repeat(" ", 1<<20+1-len(good)), "the body must not be larger than 1048576 bytes"},
			{"an object that is too deep", "application/json", good[:len(good)-1] + `,"x":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + "}", notObject},
		} {
			t.Run(path+" refuses "+tt.name, func(t *testing.T) {
				l := l.in(t)
				l.unchanged(func() { l.as(labKey, "POST", path, tt.kind, tt.body).invalid(tt.reason) })
			})
		}
		for _, tt := range []struct{ name, kind, body string }{
			{"a charset", "application/json; charset=utf-8", good},
			{"capitals and a broken parameter", "Application/JSON; charset", good},
			{"white space around", "application/json", "\r\n\t " + good + "\n"},
			{"1 MiB", "application/json", good + strings.Repeat(" ", 1<<20-len(good))},
		} {
			t.Run(path+" takes "+tt.name, func(t *testing.T) { apiTaken(l.in(t).as(labKey, "POST", path, tt.kind, tt.body)) })
		}
	}
}

// apiTaken wants the payload of a call to be taken. The message that is
// invalidated there is not.
func apiTaken(a labAnswer) {
	a.Helper()
	if strings.HasSuffix(a.what, "/invalidate") {
		a.refused("resource/not-found")
		return
	}
	a.wants(200)
}

func TestARequiredFieldIsATextThatSaysSomething(t *testing.T) {
	t.Parallel()
	l := newLabWithWebhook(t)
	for path, fields := range apiJSON() {
		good := apiObject(fields) + "}"
		for _, field := range fields {
			this := `"` + field + `":"some text"`
			for _, tt := range []struct{ name, instead, reason string }{
				{"is absent", `"x":1`, " is required"},
				{"is null", `"` + field + `":null`, " is required"},
				{"is empty", `"` + field + `":""`, " is required"},
				{"is blank", `"` + field + `":" \t\n\u00a0"`, " is required"},
				{"has a capital", `"` + strings.ToUpper(field[:1]) + field[1:] + `":"x"`, " is required"},
				{"is a number", `"` + field + `":1`, " must be a string"},
				{"is a truth", `"` + field + `":true`, " must be a string"},
				{"is an array", `"` + field + `":["x"]`, " must be a string"},
				{"is an object", `"` + field + `":{}`, " must be a string"},
			} {
				t.Run(path+" with "+field+" that "+tt.name, func(t *testing.T) {
					l := l.in(t)
					l.unchanged(func() { l.post(path, strings.Replace(good, this, tt.instead, 1)).invalid(field + tt.reason) })
				})
			}
		}
	}
}

func TestUnknownFieldsAreIgnoredUnlessTheBusinessRefusesThem(t *testing.T) {
	t.Parallel()
	for _, refuse := range []bool{false, true} {
		l := newLabWithWebhook(t)
		if refuse {
			l.settings(`{"unknownFields":"refuse"}`)
		}
		kind, multipart := labMultipart(labMessage("webhook_url", "x"))
		good := func(path string) string { return apiObject(apiJSON()[path]) }
		for _, tt := range []struct{ name, path, kind, body, reason string }{
			{"identify", "/identify", "application/json", good("/identify") + `,"webhook_url":"x"}`, "there is no field webhook_url"},
			{"identify with one in capitals", "/identify", "application/json", good("/identify") + `,"Intent":"x"}`, "there is no field Intent"},
			{"identify with one of sign", "/identify", "application/json", good("/identify") + `,"signature_information":"x"}`, "there is no field signature_information"},
			{"sign", "/sign", "application/json", good("/sign") + `,"requested_data":1}`, "there is no field requested_data"},
			{"invalidate", "/invalidate", "application/json", good("/invalidate") + `,"id":"x"}`, "there is no field id"},
			{"message, urlencoded", "/message", labURLEncoded, labMessage("webhook_url", "x").Encode(), "there is no field webhook_url"},
			{"message, multipart", "/message", kind, multipart, "there is no field webhook_url"},
		} {
			t.Run(tt.name, func(t *testing.T) {
				a := l.in(t).as(labKey, "POST", tt.path, tt.kind, tt.body)
				if !refuse {
					apiTaken(a)
					return
				}
				a.invalid(tt.reason)
			})
		}
	}
}

func TestRequestedDataIsAnArrayOfStrings(t *testing.T) {
	t.Parallel()
	l := newLabWithWebhook(t)
	for name, value := range map[string]string{
		"a string": `"name"`, "a number": `1`, "an object": `{"name":true}`, "an array with a number": `["name",1]`,
		"an array with null": `["name",null]`, "an array in an array": `[["name"]]`, "a truth": `false`,
	} {
		t.Run(name, func(t *testing.T) {
			l := l.in(t)
			l.unchanged(func() {
				l.post("/identify", `{"intent":"Hello","requested_data":`+value+`}`).invalid("requested_data must be an array of strings")
			})
		})
	}
}

func TestRequestedDataIsWhatIsTold(t *testing.T) {
	t.Parallel()
	const all = `"name":"Tessa Quillmere","date_of_birth":"1990-05-15","country_of_origin":"US"`
	for _, tt := range []struct{ name, field, want string }{
		{"all when it is absent", ``, all},
		{"all when it is null", `,"requested_data":null`, all},
		{"all when it is empty", `,"requested_data":[]`, all},
		{"all when nothing of it is known", `,"requested_data":["date_of_birth"]`, all},
		{"the name", `,"requested_data":["name"]`, `"name":"Tessa Quillmere"`},
		{"the date of birth", `,"requested_data":["birthdate"]`, `"date_of_birth":"1990-05-15"`},
		{"the country", `,"requested_data":["country"]`, `"country_of_origin":"US"`},
		{"two, in the event's order", `,"requested_data":["country","name"]`, `"name":"Tessa Quillmere","country_of_origin":"US"`},
		{"one that is there twice", `,"requested_data":["name","name"]`, `"name":"Tessa Quillmere"`},
		{"what is known of it", `,"requested_data":["Name","","birthdate","email"]`, `"date_of_birth":"1990-05-15"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, mockserver.Config{})
			r := l.receiver()
			l.webhook(r.url)
			session := l.post("/identify", `{"intent":"Hello"`+tt.field+`}`).wants(200).text("session_id")
			audit := l.complete(session)
			l.advance("0s")
			want := `{"event":"identify","data":{"uip_id":"user_test","audit_id":"` + audit + `","session_id":"` + session + `",` + tt.want + `}}`
			if got := r.got(); len(got) != 1 || got[0] != want {
				t.Errorf("told was %q, want %s", got, want)
			}
		})
	}
}
