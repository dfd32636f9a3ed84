package guardduty_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/guardduty"
	"github.com/ec2-quarantine/quarantine/internal/guardduty/gdtest"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

var (
	account  = regexp.MustCompile(`^[0-9]{12}$`)
	region   = regexp.MustCompile(`^[a-z]+(-[a-z]+)+-[0-9]+$`)
	instance = regexp.MustCompile(`^i-([0-9a-f]{8}|[0-9a-f]{17})$`)
)

// Every finding that Parse returns is valid and survives a JSON round trip between
// states; every other event is refused with a complete error.
func FuzzParse(f *testing.F) {
	for _, name := range gdtest.Names() {
		f.Add(gdtest.Fixture(name))
	}
	f.Add([]byte(`{"":1,"":2}`))
	for _, tags := range []string{`{}`, `[{}]`, `"{}"`, `{"":1}`} {
		f.Add(bytes.Replace(gdtest.Fixture("bare-minimum"), []byte(`"instanceId"`), []byte(`"tags":`+tags+`,"instanceId"`), 1))
	}
	f.Fuzz(func(t *testing.T, event []byte) {
		finding, err := guardduty.Parse(event)
		if err != nil {
			if m := malformed(t, err); m.Field == "" || m.Want == "" || m.Got == "" {
				t.Fatalf("the error lacks Field, Want or Got: %+v", m)
			}
			return
		}
		sound(t, finding)
		wire, err := json.Marshal(finding)
		if err != nil {
			t.Fatal(err)
		}
		var back quarantine.Finding
		if err := json.Unmarshal(wire, &back); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(finding, back); diff != "" {
			t.Fatalf("not the same after a round trip:\n%s", diff)
		}
	})
}

func sound(t *testing.T, f quarantine.Finding) {
	t.Helper()
	if f.Word != nil || f.Summary().ByWord() {
		t.Fatalf("an event has made a person's word: %+v", f)
	}
	if f.ID == "" || f.Type == "" || f.ResourceType == "" || f.Severity <= 0 || f.Severity > 10 || f.Count < 1 {
		t.Fatalf("a required field is missing: %+v", f)
	}
	if len(f.Resources()) != len(f.Instances) {
		t.Fatalf("an instance is listed twice: %v", f.Resources())
	}
	if f.ResourceType == quarantine.ResourceInstance && len(f.Instances) != 1 {
		t.Fatalf("%d instances are too few or too many", len(f.Instances))
	}
	for _, target := range f.Resources() {
		if !account.MatchString(target.AccountID) || !region.MatchString(target.Region) || !instance.MatchString(target.ID) {
			t.Fatalf("an invalid target %s", target)
		}
	}
}
