package uqudo

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

var updatePayloads = flag.Bool("update", false, "rewrite the golden payloads")

var payloadTime = time.Date(2026, time.September, 3, 10, 30, 0, 0, time.UTC)

// payloadBytes is the claim "data" as a caller marshals it.
func payloadBytes(t testing.TB, r result) []byte {
	t.Helper()
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(r.Data); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func mustResult(t testing.TB, in resultInput) result {
	t.Helper()
	if in.At.IsZero() {
		in.At = payloadTime
	}
	if in.Flow == FlowFace && in.FaceSession == "" {
		in.FaceSession = "d2187c60-0a6d-4c0a-8f62-7f1d3e5b9a55"
	}
	r, err := newResult(in)
	if err != nil {
		t.Fatalf("%+v: %v", in, err)
	}
	return r
}

func decoded(t testing.TB, r result) map[string]any {
	t.Helper()
	var data map[string]any
	if err := json.Unmarshal(payloadBytes(t, r), &data); err != nil {
		t.Fatal(err)
	}
	return data
}

// member follows a path like "documents.0.scan" into decoded JSON.
func member(t testing.TB, v any, path string) any {
	t.Helper()
	for _, step := range strings.Split(path, ".") {
		switch node := v.(type) {
		case map[string]any:
			child, ok := node[step]
			if !ok {
				t.Fatalf("no %q on the way of %s", step, path)
			}
			v = child
		case []any:
			i, _ := strconv.Atoi(step)
			v = node[i]
		default:
			t.Fatalf("nothing below %q on the way of %s", step, path)
		}
	}
	return v
}

func TestPayloadsAreAsInTheGoldenFiles(t *testing.T) {
	for name, in := range map[string]resultInput{
		"enrollment-passport":       {Flow: FlowEnrollment, Nonce: "order-7f3c2a"},
		"enrollment-uae-id":         {Flow: FlowEnrollment, DocumentType: "UAE_ID"},
		"enrollment-sdn-id":         {Flow: FlowEnrollment, DocumentType: "SDN_ID"},
		"enrollment-ken-id":         {Flow: FlowEnrollment, DocumentType: "KEN_ID"},
		"enrollment-generic-id":     {Flow: FlowEnrollment, DocumentType: "GENERIC_ID"},
		"enrollment-mrz":            {Flow: FlowEnrollment, DocumentType: "MRZ"},
		"enrollment-other":          {Flow: FlowEnrollment, DocumentType: "UAE_DL"},
		"enrollment-background-hit": {Flow: FlowEnrollment, Profile: ProfileBackgroundHit},
		"reading-uae-id":            {Flow: FlowReading},
		"reading-passport":          {Flow: FlowReading, DocumentType: "PASSPORT"},
		"reading-generic-id":        {Flow: FlowReading, DocumentType: "GENERIC_ID"},
		"lookup-ken-id":             {Flow: FlowLookup, Nonce: "loan-000042"},
		"lookup-uae-id":             {Flow: FlowLookup, DocumentType: "UAE_ID"},
		"lookup-other":              {Flow: FlowLookup, DocumentType: "NGA_NIN"},
		"lookup-failed":             {Flow: FlowLookup, Profile: ProfileLookupFailed},
		"face":                      {Flow: FlowFace, Nonce: "stepup-91"},
	} {
		t.Run(name, func(t *testing.T) {
			in.Seed = 4
			got := payloadBytes(t, mustResult(t, in))
			path := filepath.Join("testdata", "payloads", name+".json")
			if *updatePayloads {
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("differs from %s (rewrite with -update):\n%s", path, got)
			}
		})
	}
}

func TestThePayloadIsAFunctionOfItsInput(t *testing.T) {
	for _, flow := range flows() {
		one := mustResult(t, resultInput{Flow: flow, Seed: 1})
		if again := mustResult(t, resultInput{Flow: flow, Seed: 1}); !reflect.DeepEqual(one, again) {
			t.Errorf("%s: the same seed gave different results", flow)
		}
		if other := mustResult(t, resultInput{Flow: flow, Seed: 2}); bytes.Equal(payloadBytes(t, one), payloadBytes(t, other)) {
			t.Errorf("%s: another seed gave the same payload", flow)
		}
		later := mustResult(t, resultInput{Flow: flow, Seed: 1, At: payloadTime.Add(90 * time.Minute)})
		if !reflect.DeepEqual(one, later) {
			t.Errorf("%s: the payload changed within the hour", flow)
		}
	}
}

func TestAClockThatIsFarOffStillGivesPayloads(t *testing.T) {
	for _, year := range []int{1, 1970, 2100, 9999} {
		for _, flow := range []Flow{FlowEnrollment, FlowReading} {
			in := resultInput{Flow: flow, DocumentType: "UAE_ID", Seed: 5, At: time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)}
			if r := mustResult(t, in); len(payloadBytes(t, r)) == 0 {
				t.Errorf("%s in the year %d is empty", flow, year)
			}
		}
	}
}

func TestEveryDocumentTypeHasAPayloadInEveryFlow(t *testing.T) {
	types := documentTypes()
	if len(types) != 74 {
		t.Errorf("%d document types, want 74", len(types))
	}
	for _, documentType := range types {
		for _, flow := range []Flow{FlowEnrollment, FlowReading, FlowLookup} {
			data := decoded(t, mustResult(t, resultInput{Flow: flow, DocumentType: documentType, Seed: 9}))
			if got := member(t, data, "documents.0.documentType"); got != documentType {
				t.Errorf("%s of %s is about %v", flow, documentType, got)
			}
			if got := member(t, data, "verifications.0.documentType"); got != documentType {
				t.Errorf("%s of %s verifies %v", flow, documentType, got)
			}
		}
	}
}

func TestStepsThatDidNotRunAreThereAndEmpty(t *testing.T) {
	ran := map[Flow][]string{
		FlowEnrollment: {"scan", "face", "sourceDetection", "idScreenDetection", "idPrintDetection", "idPhotoTamperingDetection", "dataConsistencyCheck", "mrzChecksum", "biometric"},
		FlowReading:    {"face", "reading", "biometric"},
		FlowLookup:     {"lookup"},
	}
	for flow, steps := range ran {
		data := decoded(t, mustResult(t, resultInput{Flow: flow, Seed: 3}))
		for _, step := range []string{"scan", "reading", "face", "lookup"} {
			got := member(t, data, "documents.0."+step)
			if want := slices.Contains(steps, step); (got != nil) != want {
				t.Errorf("%s: %s is %v", flow, step, got)
			}
		}
		for _, step := range []string{"sourceDetection", "idScreenDetection", "idPrintDetection", "idPhotoTamperingDetection",
			"dataConsistencyCheck", "mrzChecksum", "reading", "biometric", "lookup"} {
			got := member(t, data, "verifications.0."+step).(map[string]any)
			if want := slices.Contains(steps, step); got["enabled"] != want || !want && len(got) != 1 {
				t.Errorf("%s: verification %s is %v", flow, step, got)
			}
		}
	}
}

func TestAFaceSessionIsAFaceAndNothingElse(t *testing.T) {
	data := decoded(t, mustResult(t, resultInput{Flow: FlowFace, Seed: 3}))
	if len(data) != 2 || data["sessionId"] != "d2187c60-0a6d-4c0a-8f62-7f1d3e5b9a55" {
		t.Errorf("members %v", data)
	}
	if _, err := newResult(resultInput{Flow: FlowFace, At: payloadTime}); err == nil {
		t.Error("a face session without an id was made")
	}
}

func TestTextIsNotEscapedForHTML(t *testing.T) {
	for seed := range uint64(20) {
		text := payloadBytes(t, mustResult(t, resultInput{Flow: FlowEnrollment, DocumentType: "UAE_ID", Seed: seed}))
		if bytes.Contains(text, []byte(`\u00`)) {
			t.Fatalf("seed %d: %s", seed, text)
		}
	}
}

func BenchmarkResult(b *testing.B) {
	for _, flow := range flows() {
		b.Run(string(flow), func(b *testing.B) {
			b.ReportAllocs()
			for seed := uint64(0); b.Loop(); seed++ {
				r := mustResult(b, resultInput{Flow: flow, Seed: seed})
				if _, err := json.Marshal(r.Data); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
