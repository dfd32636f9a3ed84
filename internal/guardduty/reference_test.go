package guardduty_test

import (
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/guardduty"
)

// A finding is named as people copy it: by its id, or by its ARN.
func TestAFindingIsNamedByItsIDOrItsARN(t *testing.T) {
	t.Parallel()
	const id = "1ab92989eaf0e742df4a014d5171d6a2"
	for text, want := range map[string]guardduty.Reference{
		id: {ID: id},
		"arn:aws:guardduty:eu-west-1:111122223333:detector/d1/finding/" + id:           {id, "d1", "111122223333", "eu-west-1"},
		"arn:aws-cn:guardduty:cn-north-1:111122223333:detector/d1/finding/" + id:       {id, "d1", "111122223333", "cn-north-1"},
		"arn:aws:guardduty:eu-west-1:111122223333:detector/d1":                         {},
		"arn:aws:guardduty:eu-west-1:111122223333:detector//finding/" + id:             {},
		"arn:aws:securityhub:eu-west-1:111122223333:detector/d1/finding/" + id:         {},
		"arn:aws:guardduty:eu-west-1:111122223333:detector/d1/finding/" + id + "/more": {},
		"": {},
		"arn:aws:guardduty:eu-west-1:111122223333:detector/d1/finding/a b":    {},
		"arn:aws:guardduty:eu-west-1:111122223333:detector/\x1b[1m/finding/a": {},
		"two words":        {},
		"finding/" + id:    {},
		id + "\n":          {},
		"d1/finding/" + id: {},
	} {
		got, err := guardduty.ParseReference(text)
		if got != want || (err == nil) != (want.ID != "") {
			t.Errorf("%q: got %+v, %v; want %+v", text, got, err, want)
		}
	}
}

// What is taken for an id goes into a request and into a printed command.
func FuzzParseReference(f *testing.F) {
	for _, text := range []string{"1ab92989eaf0e742df4a014d5171d6a2", "arn:aws:guardduty:eu-west-1:111122223333:detector/d1/finding/f1", "arn:", "a b"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := guardduty.ParseReference(text)
		if err != nil {
			return
		}
		if got.ID == "" || strings.ContainsAny(got.ID, " /\n\x1b") || !strings.HasSuffix(text, got.ID) || strings.ContainsAny(got.DetectorID, " /\n\x1b") {
			t.Errorf("%q is read as %+v", text, got)
		}
	})
}
