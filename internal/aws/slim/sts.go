package slim

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// STS has the operations of STS that are called.
type STS struct {
	getCallerIdentity operation[sts.GetCallerIdentityInput, sts.GetCallerIdentityOutput, sts.Options]
}

// NewSTS makes the client.
func NewSTS(config aws.Config, options ...func(*sts.Options)) STS {
	client := sts.NewFromConfig(config, options...)
	return STS{
		getCallerIdentity: client.GetCallerIdentity,
	}
}

func (c STS) GetCallerIdentity(ctx context.Context, in *sts.GetCallerIdentityInput, o ...func(*sts.Options)) (*sts.GetCallerIdentityOutput, error) {
	return c.getCallerIdentity(ctx, in, o...)
}
