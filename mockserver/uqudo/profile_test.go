package uqudo

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"kycmock/mockserver/person"
	"kycmock/mockserver/problem"
)

// leaves lists every value of decoded JSON by its path.
func leaves(v any, path string, into map[string]any) {
	switch node := v.(type) {
	case map[string]any:
		for name, child := range node {
			leaves(child, strings.TrimPrefix(path+"."+name, "."), into)
		}
		if len(node) == 0 {
			into[path] = "{}"
		}
	case []any:
		for i, child := range node {
			leaves(child, fmt.Sprintf("%s.%d", path, i), into)
		}
	default:
		into[path] = v
	}
}

// changes lists the paths at which a profile's payload differs from a clean
// one, with the new values.
func changes(t *testing.T, in resultInput) map[string]any {
	t.Helper()
	before, after := map[string]any{}, map[string]any{}
	clean := in
	clean.Profile = ProfileClean
	leaves(decoded(t, mustResult(t, clean)), "", before)
	leaves(decoded(t, mustResult(t, in)), "", after)
	changed := map[string]any{}
	for path, value := range after {
		if old, ok := before[path]; !ok || !reflect.DeepEqual(old, value) {
			changed[path] = value
		}
	}
	for path := range before {
		if _, ok := after[path]; !ok {
			changed[path] = "gone"
		}
	}
	return changed
}

func TestAProfileShowsWhatItNamesAndNothingElse(t *testing.T) {
	const scan, verified = "documents.0.scan.", "verifications.0."
	document := []string{"documents.0.face.matchLevel", "verifications.0.biometric.matchLevel"}
	mrz := []string{scan + "%s.mrzText", scan + "%s.mrzVerified", verified + "mrzChecksum.valid",
		verified + "mrzChecksum.checkDigits.1.checkDigit", verified + "mrzChecksum.checkDigits.1.valid"}
	match := verified + "dataConsistencyCheck.fields.0.match"
	value := verified + "dataConsistencyCheck.fields.0.sources."
	risk := "deviceAttestation.risk."
	for _, c := range []struct {
		in    resultInput
		paths []string
	}{
		{resultInput{Flow: FlowEnrollment, Profile: ProfileLowMatchLevel}, document},
		{resultInput{Flow: FlowReading, Profile: ProfileLowMatchLevel}, document},
		{resultInput{Flow: FlowFace, Profile: ProfileLowMatchLevel}, []string{"face.matchLevel"}},
		{resultInput{Flow: FlowEnrollment, Profile: ProfileScreenDetected}, []string{verified + "idScreenDetection.score"}},
		{resultInput{Flow: FlowEnrollment, Profile: ProfilePrintDetected}, []string{verified + "idPrintDetection.score"}},
		{resultInput{Flow: FlowEnrollment, Profile: ProfilePhotoTampered}, []string{verified + "idPhotoTamperingDetection.score"}},
		{resultInput{Flow: FlowEnrollment, Profile: ProfileMRZInvalid}, side(mrz, "front")},
		{resultInput{Flow: FlowEnrollment, Profile: ProfileMRZInvalid, DocumentType: "MRZ"}, side(mrz, "front")},
		{resultInput{Flow: FlowEnrollment, Profile: ProfileMRZInvalid, DocumentType: "UAE_ID"}, side(mrz, "back")},
		{resultInput{Flow: FlowEnrollment, Profile: ProfileDataInconsistent},
			[]string{scan + "front.dateOfBirthFull", scan + "front.dateOfBirthFullFormatted", match, value + "1.value"}},
		{resultInput{Flow: FlowEnrollment, Profile: ProfileDataInconsistent, DocumentType: "SDN_ID"},
			[]string{scan + "front.dateOfBirth", scan + "front.dateOfBirthFormatted", match, value + "0.value"}},
		{resultInput{Flow: FlowEnrollment, Profile: ProfileDataInconsistent, DocumentType: "UAE_DL"},
			[]string{scan + "back.documentNumber", match, value + "1.value"}},
		{resultInput{Flow: FlowEnrollment, Profile: ProfileRiskyDevice},
			[]string{risk + "debugging", risk + "emulated", risk + "hooking", risk + "payloadTampered", risk + "proxy", risk + "rooted", risk + "sdkConnectionIntercepted"}},
	} {
		t.Run(fmt.Sprintf("%s %s %s", c.in.Profile, c.in.Flow, c.in.DocumentType), func(t *testing.T) {
			for seed := range uint64(50) {
				c.in.Seed = seed
				got := slices.Sorted(maps.Keys(changes(t, c.in)))
				if want := slices.Sorted(slices.Values(c.paths)); !slices.Equal(got, want) {
					t.Fatalf("seed %d changes\n%q, want\n%q", seed, got, want)
				}
			}
		})
	}
}

func side(paths []string, name string) []string {
	var out []string
	for _, path := range paths {
		out = append(out, strings.ReplaceAll(path, "%s", name))
	}
	return out
}

func TestTheOutcomeIsWhatReceiversLookAt(t *testing.T) {
	level := func(level float64) func(any) bool { return func(v any) bool { return v == level } }
	above := func(limit float64) func(any) bool {
		return func(v any) bool { return v.(float64) > limit && v.(float64) <= 100 }
	}
	is := func(want any) func(any) bool { return func(v any) bool { return v == want } }
	for _, c := range []struct {
		flow    Flow
		profile Profile
		path    string
		holds   func(any) bool
	}{
		{FlowEnrollment, ProfileLowMatchLevel, "documents.0.face.matchLevel", level(1)},
		{FlowReading, ProfileLowMatchLevel, "verifications.0.biometric.matchLevel", level(1)},
		{FlowFace, ProfileLowMatchLevel, "face.match", is(true)},
		{FlowEnrollment, ProfileScreenDetected, "verifications.0.idScreenDetection.score", above(50)},
		{FlowEnrollment, ProfilePrintDetected, "verifications.0.idPrintDetection.score", above(50)},
		{FlowEnrollment, ProfilePhotoTampered, "verifications.0.idPhotoTamperingDetection.score", above(70)},
		{FlowEnrollment, ProfileMRZInvalid, "verifications.0.mrzChecksum.valid", is(false)},
		{FlowEnrollment, ProfileMRZInvalid, "documents.0.scan.front.mrzVerified", is(false)},
		{FlowEnrollment, ProfileDataInconsistent, "verifications.0.dataConsistencyCheck.fields.0.match", is("NO_MATCH")},
		{FlowLookup, ProfileLookupFailed, "documents.0.lookup.status", is("FAILED")},
		{FlowLookup, ProfileLookupFailed, "documents.0.lookup.statusCode", is("SERVICE_UNAVAILABLE")},
		{FlowLookup, ProfileLookupFailed, "documents.0.lookup.statusMessage", is(nil)},
		{FlowEnrollment, ProfileBackgroundHit, "backgroundCheck.match", is(true)},
		{FlowEnrollment, ProfileBackgroundHit, "backgroundCheck.content.nonReviewedAlertEntity.0.entityTyp", is("P")},
		{FlowEnrollment, ProfileRiskyDevice, "deviceAttestation.risk.rooted", is(true)},
	} {
		for seed := range uint64(50) {
			data := decoded(t, mustResult(t, resultInput{Flow: c.flow, Profile: c.profile, Seed: seed}))
			if v := member(t, data, c.path); !c.holds(v) {
				t.Fatalf("%s in %s, seed %d: %s is %v", c.profile, c.flow, seed, c.path, v)
			}
		}
	}
}

func TestAFailedLookupHasNoData(t *testing.T) {
	data := decoded(t, mustResult(t, resultInput{Flow: FlowLookup, Profile: ProfileLookupFailed}))
	if lookup := member(t, data, "documents.0.lookup").(map[string]any); len(lookup) != 3 {
		t.Errorf("%v", lookup)
	}
}

func TestABackgroundHitChangesTheBackgroundCheckOnly(t *testing.T) {
	for path := range changes(t, resultInput{Flow: FlowEnrollment, Profile: ProfileBackgroundHit, Seed: 8}) {
		if !strings.HasPrefix(path, "backgroundCheck.") {
			t.Errorf("%s changed", path)
		}
	}
}

func TestAnInvalidZoneHoldsADigitThatIsReallyWrong(t *testing.T) {
	for _, documentType := range []string{"PASSPORT", "UAE_ID", "SDN_ID", "KEN_ID", "GENERIC_ID", "MRZ"} {
		in := resultInput{Flow: FlowEnrollment, Profile: ProfileMRZInvalid, DocumentType: documentType, Seed: 77}
		text := zoneIn(t, decoded(t, mustResult(t, in)))
		if problems := zoneProblems(text); len(problems) == 0 {
			t.Errorf("%s: nothing is wrong with\n%s", documentType, text)
		}
	}
}

func TestEveryProfileHasARowAndASummary(t *testing.T) {
	seen := map[Profile]bool{}
	for _, info := range profiles() {
		if info.Summary == "" || len(info.Flows) == 0 || seen[info.Name] {
			t.Errorf("%+v", info)
		}
		seen[info.Name] = true
		for _, flow := range flows() {
			problems := resultInput{Flow: flow, Profile: info.Name}.check()
			if shows := slices.Contains(info.Flows, flow); shows != (len(problems) == 0) {
				t.Errorf("%s in %s: %v", info.Name, flow, problems)
			}
		}
	}
	if len(seen) != 10 {
		t.Errorf("%d profiles, want 10", len(seen))
	}
}

func TestImpossibleInputsAreRefusedByTheirMembers(t *testing.T) {
	for _, c := range []struct {
		name string
		in   resultInput
		want []string
	}{
		{"all is well", resultInput{Flow: FlowEnrollment}, nil},
		{"no flow", resultInput{}, []string{`flow: want one of enrollment, reading, lookup, face`}},
		{"everything is wrong", resultInput{Flow: "kyc", DocumentType: "LIBRARY_CARD", Profile: "perfect", Nonce: strings.Repeat("é", 65)}, []string{
			"flow: want one of enrollment, reading, lookup, face",
			"nonce: want at most 64 characters, not 65",
			"documentType: want one of Uqudo's 74 document types, such as BHR_ID, GENERIC_ID, KWT_ID, OMN_ID, PAK_ID, PASSPORT, SAU_ID, UAE_ID",
			"profile: want one of clean, low-match-level, screen-detected, print-detected, photo-tampered, mrz-invalid, data-inconsistent, lookup-failed, background-hit, risky-device",
		}},
		{"a face session with a document", resultInput{Flow: FlowFace, DocumentType: "PASSPORT"},
			[]string{"documentType: a face session has no document: leave this out"}},
		{"an outcome of another flow", resultInput{Flow: FlowReading, Profile: ProfileLookupFailed},
			[]string{"profile: lookup-failed cannot show in the flow reading, only in lookup"}},
		{"a zone on a card without one", resultInput{Flow: FlowEnrollment, DocumentType: "UAE_DL", Profile: ProfileMRZInvalid},
			[]string{"profile: mrz-invalid cannot show on UAE_DL: it takes a document with a machine-readable zone: PASSPORT, UAE_ID, SDN_ID, KEN_ID, GENERIC_ID or MRZ"}},
		{"nothing to compare with", resultInput{Flow: FlowEnrollment, DocumentType: "MRZ", Profile: ProfileDataInconsistent},
			[]string{"profile: data-inconsistent cannot show on MRZ: it takes a document with more than a machine-readable zone"}},
		{"a nonce of 64 letters in two bytes each", resultInput{Flow: FlowLookup, Nonce: strings.Repeat("é", 64)}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, field := range c.in.check() {
				got = append(got, field.String())
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got\n%q, want\n%q", got, c.want)
			}
			_, err := newResult(c.in)
			if _, isProblem := problem.As(err); isProblem != (c.want != nil) {
				t.Errorf("newResult: %v", err)
			}
		})
	}
}

// zoneIn finds the machine-readable zone of a scanned document.
func zoneIn(t testing.TB, data map[string]any) string {
	t.Helper()
	for _, side := range []string{"front", "back"} {
		fields := member(t, data, "documents.0.scan."+side).(map[string]any)
		if text, ok := fields["mrzText"].(string); ok {
			return text
		}
	}
	return ""
}

// zoneProblems checks the digits of a TD1 or TD3 zone by the positions that
// Doc 9303 gives, counted from zero.
func zoneProblems(text string) []string {
	lines := strings.Split(text, "\n")
	var problems []string
	check := func(name, field string, digit byte) {
		if person.CheckDigit(field) != string(digit) {
			problems = append(problems, fmt.Sprintf("%s %s has digit %c", name, field, digit))
		}
	}
	switch {
	case len(lines) == 2 && len(lines[0]) == 44 && len(lines[1]) == 44:
		l := lines[1]
		check("number", l[0:9], l[9])
		check("birth", l[13:19], l[19])
		check("expiry", l[21:27], l[27])
		check("personal number", l[28:42], l[42])
		check("all", l[0:10]+l[13:20]+l[21:43], l[43])
	case len(lines) == 3 && len(lines[0]) == 30 && len(lines[1]) == 30 && len(lines[2]) == 30:
		check("number", lines[0][5:14], lines[0][14])
		check("birth", lines[1][0:6], lines[1][6])
		check("expiry", lines[1][8:14], lines[1][14])
		check("all", lines[0][5:30]+lines[1][0:7]+lines[1][8:15]+lines[1][18:29], lines[1][29])
	default:
		problems = append(problems, "neither TD1 nor TD3: "+text)
	}
	return problems
}
