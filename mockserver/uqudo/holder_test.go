package uqudo_test

import (
	"encoding/json"
	"strings"
	"testing"

	"kycmock/mockserver"
)

func TestAPersonIsWhoTheTriggerSays(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	said := object{
		"givenNames": "Zoë Anne-Marie", "surname": "D'Example", "dateOfBirth": "1990-05-15", "sex": "F",
		"nationality": "KEN", "placeOfBirth": "Nowhere", "address": "1 Test Road", "city": "Sampleton",
	}
	done := l.complete(object{"flow": "enrollment", "person": said, "seed": 7}.text())
	leaves := flat(done.claims)
	const front = "data.documents.0.scan.front."
	for path, want := range map[string]string{
		"fullName": "ZOË ANNE-MARIE D'EXAMPLE", "secondaryId": "ZOE ANNE MARIE", "primaryId": "DEXAMPLE",
		"dateOfBirthFormatted": "1990-05-15", "sex": "F", "nationality": "KEN", "placeOfBirth": "NOWHERE",
	} {
		if got := strings.Trim(leaves[front+path], `"`); got != want {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
	}
	var zone string
	if err := json.Unmarshal([]byte(leaves[front+"mrzText"]), &zone); err != nil || !strings.Contains(zone, "DEXAMPLE<<ZOE<ANNE<MARIE<") || !strings.Contains(zone, "KEN900515") {
		t.Errorf("the zone is %s, %v", zone, err)
	}
	// What is not said is as it was: the person of the seed.
	plain := flat(l.complete(`{"flow": "enrollment", "seed": 7}`).claims)
	if got, want := leaves[front+"documentNumber"], plain[front+"documentNumber"]; got != want {
		t.Errorf("the document is %s, want the seed's %s", got, want)
	}
}

func TestAPersonWhoCannotBeIsRefused(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{}) // on 22 November 2026
	for body, locations := range map[string][]string{
		`{"givenNames": "你好", "surname": "محمد"}`:        {"body.person.givenNames", "body.person.surname"},
		`{"surname": "a\u0000b", "city": "x\ny"}`:        {"body.person.surname", "body.person.city"},
		`{"dateOfBirth": "1899-12-31"}`:                  {"body.person.dateOfBirth"},
		`{"dateOfBirth": "2026-11-23"}`:                  {"body.person.dateOfBirth"},
		`{"dateOfBirth": "15/05/1990"}`:                  {"body.person.dateOfBirth"},
		`{"sex": "X", "nationality": "Kenya"}`:           {"body.person.sex", "body.person.nationality"},
		`{"address": "` + strings.Repeat("x", 65) + `"}`: {"body.person.address"},
	} {
		l.call("POST", account+"/sessions", `{"flow": "enrollment", "person": `+body+`}`).refused(422, locations...)
	}
	l.call("POST", account+"/sessions", `{"flow": "enrollment", "person": {"dateOfBirth": "2026-11-22"}}`).wants(202)
}
