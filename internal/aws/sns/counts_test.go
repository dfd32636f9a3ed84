package sns_test

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/aws/sns"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestSubscribersAreCountedAsFarAsTheListIsRead(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	topic := a.AddTopic("alerts")
	for _, c := range []struct {
		of   account.Subscribers
		want preflight.Subscribers
	}{
		{account.Subscribers{Confirmed: 1, Pending: 2, Deleted: 3}, preflight.Subscribers{Confirmed: 1, Pending: 2}},
		{account.Subscribers{Pending: 250, Confirmed: 3}, preflight.Subscribers{Confirmed: 3, Pending: 250}},
		{account.Subscribers{Deleted: 1}, preflight.Subscribers{}},
		{account.Subscribers{Pending: 1001, Confirmed: 1}, preflight.Subscribers{Pending: 1000, AtLeast: true}},
	} {
		a.SetSubscribers(topic, c.of)
		if got, err := sns.NewTopics(a.SNS()).Subscribers(t.Context(), topic); err != nil || got != c.want {
			t.Errorf("%+v: %+v, %v", c.of, got, err)
		}
	}
	if _, err := sns.NewTopics(a.SNS()).Subscribers(t.Context(), topic+"-of-nobody"); !quarantine.Is(err, quarantine.ThingGone) {
		t.Errorf("a topic that is not there: %v", err)
	}
}
