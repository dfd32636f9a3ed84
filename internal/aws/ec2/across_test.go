package ec2_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/ec2-quarantine/quarantine/internal/aws/accounts"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestAPlaceHasOneClientAndAnotherAccountHasNone(t *testing.T) {
	t.Parallel()
	w, made := newWorld(), 0
	own := quarantine.Resource{Kind: quarantine.KindInstance, AccountID: "111122223333", Region: "eu-west-1", ID: w.env.Instance}
	c := ec2.Across(accounts.New(aws.Config{}, own.AccountID, own.Region), func(*awsec2.Client) ec2.API {
		made++
		return w.EC2()
	})
	theirs := own
	theirs.AccountID = "444455556666"
	if _, err := c.Instance(t.Context(), theirs); !quarantine.Is(err, quarantine.InstanceInAnotherAccount) || made != 0 || len(w.Calls()) != 0 {
		t.Errorf("another account: %v, after %d clients and %d calls", err, made, len(w.Calls()))
	}
	for range 2 {
		if _, err := c.Instance(t.Context(), own); err != nil {
			t.Error(err)
		}
	}
	if made != 1 {
		t.Errorf("%d clients of one place", made)
	}
}
