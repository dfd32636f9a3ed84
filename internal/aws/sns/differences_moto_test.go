package sns_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssns "github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
)

// If this test fails, moto has become more like SNS: remove that difference.
func TestMotoStillDiffers(t *testing.T) {
	t.Parallel()
	moto.NewAccount(t)
	const limit = 256 << 10
	moto.SNS.StillHold(t, map[moto.Difference]func(*testing.T) bool{
		moto.SizeInCharacters: func(t *testing.T) bool {
			return takes(t, awssns.PublishInput{Message: aws.String(strings.Repeat("\u00e9", limit/2+1))}) &&
				takes(t, awssns.PublishInput{
					Message: aws.String(strings.Repeat("x", limit)),
					MessageAttributes: map[string]types.MessageAttributeValue{
						"name": {DataType: aws.String("String"), StringValue: aws.String("value")},
					},
				})
		},
		moto.SubjectOfAnything: func(t *testing.T) bool {
			for _, subject := range []string{"a\nb", "a\x1bb", " a"} {
				if !takes(t, awssns.PublishInput{Message: aws.String("text"), Subject: &subject}) {
					return false
				}
			}
			return true
		},
	})
}

func takes(t *testing.T, in awssns.PublishInput) bool {
	t.Helper()
	env := newMotoTopic(t)
	in.TopicArn = &env.TopicARN
	_, err := env.Client.Publish(t.Context(), &in)
	return err == nil
}
