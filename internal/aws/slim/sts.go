package slim

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// STS has the operations of STS that are called.
type STS struct {
	assumeRole         operation[sts.AssumeRoleInput, sts.AssumeRoleOutput, sts.Options]
	getFederationToken operation[sts.GetFederationTokenInput, sts.GetFederationTokenOutput, sts.Options]
	getCallerIdentity  operation[sts.GetCallerIdentityInput, sts.GetCallerIdentityOutput, sts.Options]
}

// NewSTS makes the client.
func NewSTS(config aws.Config, options ...func(*sts.Options)) STS {
	client := sts.NewFromConfig(config, options...)
	return STS{
		assumeRole:         client.AssumeRole,
		getFederationToken: client.GetFederationToken,
		getCallerIdentity:  client.GetCallerIdentity,
	}
}

func (c STS) GetCallerIdentity(ctx context.Context, in *sts.GetCallerIdentityInput, o ...func(*sts.Options)) (*sts.GetCallerIdentityOutput, error) {
	return c.getCallerIdentity(ctx, in, o...)
}

func (c STS) AssumeRole(ctx context.Context, in *sts.AssumeRoleInput, o ...func(*sts.Options)) (*sts.AssumeRoleOutput, error) {
	return c.assumeRole(ctx, in, o...)
}

func (c STS) GetFederationToken(ctx context.Context, in *sts.GetFederationTokenInput, o ...func(*sts.Options)) (*sts.GetFederationTokenOutput, error) {
	return c.getFederationToken(ctx, in, o...)
}
