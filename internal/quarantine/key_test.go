package quarantine_test

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestAKeyIsNamedByWhoseItIs(t *testing.T) {
	t.Parallel()
	const long, short = "AKIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE"
	for _, c := range []struct {
		key      quarantine.AccusedKey
		want     string
		longTerm bool
	}{
		{quarantine.AccusedKey{ID: long, User: "alice", UserType: "IAMUser"}, "access key " + long + " of the user alice", true},
		{quarantine.AccusedKey{ID: short, User: "alice", UserType: "IAMUser"}, "access key " + short + " of the user alice", false},
		{quarantine.AccusedKey{ID: long, UserType: "IAMUser"}, "access key " + long + " of an unknown user", false},
		{quarantine.AccusedKey{ID: long, User: "Root", UserType: "Root"}, "access key " + long + " of the account's root user", false},
		{quarantine.AccusedKey{UserType: "Root"}, "the account's root user", false},
		{quarantine.AccusedKey{ID: short, User: "deploy", UserType: "AssumedRole"}, "access key " + short + " of the role deploy", false},
		{quarantine.AccusedKey{ID: short, User: "kim", UserType: "FederatedUser"}, "access key " + short + " of the federated user kim", false},
		{quarantine.AccusedKey{User: "ec2.amazonaws.com", UserType: "AWSService"}, "the principal ec2.amazonaws.com", false},
		{quarantine.AccusedKey{ID: long}, "access key " + long + " of an unknown principal", false},
	} {
		if got := c.key.String(); got != c.want || c.key.LongTerm() != c.longTerm {
			t.Errorf("%+v: %q, %t", c.key, got, c.key.LongTerm())
		}
	}
}

// One key is one resource, wherever it was seen.
func TestAKeyIsOneResourceInAllRegions(t *testing.T) {
	t.Parallel()
	key := quarantine.AccusedKey{ID: "AKIAIOSFODNN7EXAMPLE", User: "alice", UserType: quarantine.UserTypeIAM}
	for region, want := range map[string]string{
		"us-east-1": "us-east-1", "eu-central-1": "us-east-1", "cn-northwest-1": "cn-north-1", "us-gov-east-1": "us-gov-west-1",
		"eusc-de-east-1": "eusc-de-east-1", "us-iso-west-1": "us-iso-east-1", "us-isob-east-1": "us-isob-east-1",
	} {
		f := quarantine.Finding{AccountID: "111122223333", Region: region, Key: &key}
		r, is := f.KeyResource()
		if (r != quarantine.Resource{Kind: quarantine.KindAccessKey, AccountID: "111122223333", Region: want, ID: key.ID}) || !is {
			t.Errorf("%s: %+v, %t", region, r, is)
		}
	}
}

func TestOnlyAUsersOwnKeyIsAResource(t *testing.T) {
	t.Parallel()
	session, root := quarantine.AccusedKey{ID: "ASIAIOSFODNN7EXAMPLE", User: "alice", UserType: quarantine.UserTypeIAM},
		quarantine.AccusedKey{ID: "AKIAIOSFODNN7EXAMPLE", User: "Root", UserType: quarantine.UserTypeRoot}
	for _, k := range []*quarantine.AccusedKey{nil, {}, &session, &root} {
		if r, is := (quarantine.Finding{Key: k}).KeyResource(); is {
			t.Errorf("%v is %+v", k, r)
		}
	}
}
