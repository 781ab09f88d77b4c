package main

import (
	"strings"
	"testing"

	"kycmock/mockserver"
)

func TestTheOpenAPIDocumentIsPrintedWithAndWithoutAMock(t *testing.T) {
	mock := mockserver.Test(t, mockserver.Config{}).Server
	if got, want := done(t, mock, "openapi"), answered(t, mock, "/openapi.yaml"); got != want {
		t.Errorf("it is\n%.300s", got)
	}
	status, stdout, stderr := said(t, "openapi", "-o", "json")
	if status != exitOK || stderr != "" || !strings.HasPrefix(stdout, `{"components":`) || !strings.Contains(stdout, `"version":"devel"`) {
		t.Errorf("it ended with %d: %s%.300s", status, stderr, stdout)
	}
	if status, _, _ := said(t, "openapi", "--server", "nowhere"); status != exitUsage {
		t.Errorf("it ended with %d", status)
	}
}
