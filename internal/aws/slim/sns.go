package slim

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
)

// SNS has the operations of SNS that are called.
type SNS struct {
	publish operation[sns.PublishInput, sns.PublishOutput, sns.Options]
}

// NewSNS makes the client.
func NewSNS(config aws.Config, options ...func(*sns.Options)) SNS {
	client := sns.NewFromConfig(config, options...)
	return SNS{
		publish: client.Publish,
	}
}

func (c SNS) Publish(ctx context.Context, in *sns.PublishInput, o ...func(*sns.Options)) (*sns.PublishOutput, error) {
	return c.publish(ctx, in, o...)
}
