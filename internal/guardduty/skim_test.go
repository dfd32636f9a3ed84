package guardduty_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/guardduty"
	"github.com/ec2-quarantine/quarantine/internal/guardduty/gdtest"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestASoundEventIsSkimmedWhole(t *testing.T) {
	t.Parallel()
	names := gdtest.Names()
	if len(names) == 0 {
		t.Fatal("there are no fixtures")
	}
	for _, name := range names {
		want, err := guardduty.Parse(gdtest.Fixture(name))
		if err != nil {
			continue
		}
		if diff := cmp.Diff(want, guardduty.Skim(gdtest.Fixture(name))); diff != "" {
			t.Errorf("%s (-parsed +skimmed):\n%s", name, diff)
		}
	}
}

func TestOneFaultHidesNoOtherField(t *testing.T) {
	t.Parallel()
	const event = `{"source":"aws.guardduty","detail-type":"GuardDuty Finding","account":"111122223333","region":"eu-west-1",
		"detail":{"id":7,"type":"Trojan:EC2/DropPoint!DNS","title":"a\u202eb","severity":"high","accountId":"not an account","Region":"x",
		"resource":{"instanceDetails":{"instanceId":"i-0a1b2c3d4e5f60718","tags":[{"key":""}],
		"networkInterfaces":[{"subnetId":"subnet-0a1b2c3d4e5f60718","vpcId":"$(reboot)"}]}}}}`
	got := guardduty.Skim([]byte(event))
	if got.Type != "Trojan:EC2/DropPoint!DNS" || got.ID != "" || got.Severity != 0 || got.AccountID != "111122223333" || got.Region != "eu-west-1" ||
		len(got.Instances) != 1 || got.Instances[0].ID != "i-0a1b2c3d4e5f60718" {
		t.Errorf("%+v", got)
	}
	for _, i := range got.Instances {
		if len(i.VPCs()) != 0 {
			t.Errorf("what is no VPC's id is taken for one: %q", i.VPCs())
		}
	}
}

func TestWhatIsNoFindingIsSkimmedAsNothing(t *testing.T) {
	t.Parallel()
	for _, event := range []string{"", "[]", "null", "{", `{"detail":7}`, `{"detail":{"resource":[],"service":"x"}}`, strings.Repeat("[", 100)} {
		got := guardduty.Skim([]byte(event))
		if len(got.Instances) != 0 || got.Type+got.AccountID+got.Region+got.ID != "" {
			t.Errorf("%s: %+v", event, got)
		}
	}
}

func TestTheInstanceBesideTheEventIsTheAccusedOne(t *testing.T) {
	t.Parallel()
	got := guardduty.Skim([]byte(`{"resource":{"kind":"instance","id":"i-0a1b2c3d4e5f60718"},"detail":{}}`))
	if diff := cmp.Diff([]quarantine.AccusedInstance{{ID: "i-0a1b2c3d4e5f60718"}}, got.Instances); diff != "" {
		t.Error(diff)
	}
}

// Whatever is skimmed has its form: it goes into commands and links.
func FuzzSkim(f *testing.F) {
	for _, name := range gdtest.Names() {
		f.Add(gdtest.Fixture(name))
	}
	f.Add([]byte(`{"resource":{"id":"i-0a1b2c3d"},"detail":{"region":"eu-west-1"}}`))
	f.Fuzz(func(t *testing.T, event []byte) {
		got := guardduty.Skim(event)
		if got.AccountID != "" && !account.MatchString(got.AccountID) || got.Region != "" && !region.MatchString(got.Region) {
			t.Errorf("%q/%q", got.AccountID, got.Region)
		}
		for _, i := range got.Instances {
			if !instance.MatchString(i.ID) {
				t.Errorf("instance %q", i.ID)
			}
		}
	})
}
