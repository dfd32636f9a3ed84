package ec2_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/ec2-quarantine/quarantine/internal/aws/accounts"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestAPlaceHasOneClientAndAnotherAccountHasNone(t *testing.T) {
	t.Parallel()
	w := newWorld()
	var made atomic.Int32
	own := quarantine.Resource{Kind: quarantine.KindInstance, AccountID: "111122223333", Region: "eu-west-1", ID: w.env.Instance}
	c := ec2.Across(accounts.New(aws.Config{}, own.AccountID, own.Region), func(*awsec2.Client) ec2.API {
		made.Add(1)
		return w.EC2()
	})
	for want, place := range map[string][2]string{
		quarantine.InstanceInAnotherAccount: {"444455556666", own.Region},
		quarantine.InstanceInAnotherRegion:  {own.AccountID, "us-east-1"},
	} {
		theirs := own
		theirs.AccountID, theirs.Region = place[0], place[1]
		if _, err := c.Instance(t.Context(), theirs); !quarantine.Is(err, want) || made.Load() != 0 || len(w.Calls()) != 0 {
			t.Errorf("%s: %v, after %d clients and %d calls", want, err, made.Load(), len(w.Calls()))
		}
	}
	var first sync.WaitGroup
	for range 20 {
		first.Go(func() {
			if _, err := c.Instance(t.Context(), own); err != nil {
				t.Error(err)
			}
		})
	}
	first.Wait()
	if made.Load() != 1 {
		t.Errorf("%d clients of one place", made.Load())
	}
}
