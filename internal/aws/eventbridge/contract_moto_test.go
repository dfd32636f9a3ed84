package eventbridge_test

import (
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsevents "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/ec2-quarantine/quarantine/internal/aws/eventbridge/eventbridgetest"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
)

func TestContractOverMoto(t *testing.T) {
	t.Parallel()
	moto.NewAccount(t)
	eventbridgetest.Contract(t, newMotoBus)
}

// If this test fails, moto has become more like EventBridge: remove that difference.
func TestMotoStillDiffers(t *testing.T) {
	t.Parallel()
	moto.NewAccount(t)
	moto.EventBridge.StillHold(t, map[moto.Difference]func(*testing.T) bool{
		moto.EventOfAnySize: func(t *testing.T) bool { return eventbridgetest.Put(t, newMotoBus(t), eventbridgetest.TooLarge) == nil },
	})
}

// newMotoBus is the default bus of an account, with a rule that has a queue for its target.
func newMotoBus(t *testing.T) eventbridgetest.Env {
	t.Helper()
	of := moto.NewAccount(t)
	client := awsevents.NewFromConfig(of.Config())
	queue := moto.NewQueue(t, of, "observer")
	if _, err := client.PutRule(t.Context(), &awsevents.PutRuleInput{
		Name: aws.String("observer"), EventPattern: aws.String(`{"source":["quarantine"]}`),
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.PutTargets(t.Context(), &awsevents.PutTargetsInput{
		Rule: aws.String("observer"), Targets: []types.Target{{Id: aws.String("queue"), Arn: &queue.ARN}},
	}); err != nil {
		t.Fatal(err)
	}
	return eventbridgetest.Env{Client: client, Bus: account.DefaultBus, Differs: moto.EventBridge, Events: func(t *testing.T) (all []eventbridgetest.Event) {
		t.Helper()
		for _, body := range queue.Bodies(t) {
			var e eventbridgetest.Event
			if err := json.Unmarshal([]byte(body), &e); err != nil {
				t.Fatal(err)
			}
			all = append(all, e)
		}
		return all
	}}
}
