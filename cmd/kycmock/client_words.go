package main

import "regexp"

// wording is a request that the mock advises, and the command that makes it.
type wording struct {
	request *regexp.Regexp
	command string
}

// wordings are those of the mock's advice that a command can follow.
func wordings() []wording {
	return []wording{
		{regexp.MustCompile(`PUT /_mock/v1/uip/businesses/default/webhook`), "kycmock webhook set --provider uip URL"},
		{regexp.MustCompile(`PUT /_mock/v1/uip/businesses/([^/\s]+)(?:/webhook)?`), "kycmock webhook set --provider uip --account $1 URL"},
		{regexp.MustCompile(`PUT /_mock/v1/uqudo/accounts/([^/\s]+)`), "kycmock webhook set --provider uqudo --account $1 URL"},
		{regexp.MustCompile(`POST /_mock/v1/faults/armed`), "kycmock faults arm"},
		{regexp.MustCompile(`GET /_mock/v1/faults`), "kycmock faults list"},
		{regexp.MustCompile(`PUT /_mock/v1/clock`), "kycmock clock set"},
	}
}

// asCommands is what the mock says, with commands for the requests that it
// advises: who reads it has the command, and need not know the control API.
func asCommands(text string) string {
	for _, w := range wordings() {
		text = w.request.ReplaceAllString(text, w.command)
	}
	return text
}
