package accounts_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ec2-quarantine/quarantine/internal/aws/accounts"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestOnlyTheAccountAndTheRegionOfTheProcessAreReached(t *testing.T) {
	t.Parallel()
	a := accounts.New(aws.Config{AppID: "planted"}, "111122223333", "eu-west-1")
	for want, r := range map[string]quarantine.Resource{
		"": {AccountID: "111122223333", Region: "eu-west-1", ID: "i-1"},
		"i-1 is in account 444455556666 and this system runs in 111122223333: deploy it there, or isolate the instance there by hand": {AccountID: "444455556666", Region: "eu-west-1", ID: "i-1"},
		"i-1 is in us-east-1 and this system runs in eu-west-1: deploy it there, or isolate the instance there by hand":               {AccountID: "111122223333", Region: "us-east-1", ID: "i-1"},
	} {
		config, err := a.Config(r)
		if got := errText(err); got != want {
			t.Errorf("%s: %q, want %q", r, got, want)
		}
		if want == "" && config.AppID != "planted" {
			t.Errorf("the configuration is %+v", config)
		}
	}
	other := quarantine.Resource{AccountID: "444455556666", Region: "eu-west-1"}
	if err := a.Reach(other); !quarantine.Is(err, quarantine.InstanceInAnotherAccount) {
		t.Errorf("another account is %v", err)
	}
	other = quarantine.Resource{AccountID: "111122223333"}
	if err := a.Reach(other); !quarantine.Is(err, quarantine.InstanceInAnotherRegion) {
		t.Errorf("another Region is %v", err)
	}
}

// A key has one Region for all deployments, and IAM answers in every Region of the partition.
func TestAKeyIsReachedFromEveryRegion(t *testing.T) {
	t.Parallel()
	a := accounts.New(aws.Config{Region: "eu-west-1"}, "111122223333", "eu-west-1")
	r := quarantine.Resource{Kind: quarantine.KindAccessKey, AccountID: "111122223333", Region: "us-east-1", ID: "AKIAIOSFODNN7EXAMPLE"}
	if c, err := a.Config(r); err != nil || c.Region != "eu-west-1" {
		t.Errorf("%+v, %v", c, err)
	}
	r.AccountID = "444455556666"
	if err := a.Reach(r); !quarantine.Is(err, quarantine.InstanceInAnotherAccount) {
		t.Errorf("another account's is %v", err)
	}
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
