package mockserver_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"kycmock/mockserver"
)

func TestTheREADMEsSetupIsGood(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	setups := regexp.MustCompile("(?s)```yaml\n(# yaml-language-server: [^\n]*setup.schema.json\n.*?)```").FindAllSubmatch(readme, -1)
	if len(setups) != 1 {
		t.Fatalf("the README has %d setups", len(setups))
	}
	mock, err := mockserver.New(mockserver.Config{Setup: setups[0][1], SetupName: "README.md"})
	if err != nil {
		t.Fatal(err)
	}
	defer mock.Close()
	exported, err := mock.ExportSetup(true)
	if err != nil || !strings.Contains(string(exported), "user_ada") {
		t.Errorf("what it set up is %s, %v", exported, err)
	}
}
