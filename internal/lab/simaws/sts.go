package simaws

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// STS has the methods of the SDK's *sts.Client that the account implements.
type STS struct{ account *Account }

// STS gives a client.
func (a *Account) STS() *STS { return &STS{account: a} }

var getCallerIdentity = operation{service: stsService, name: "GetCallerIdentity"}

// GetCallerIdentity follows https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
//
// It answers with the Identity of the context's Caller.
func (c *STS) GetCallerIdentity(ctx context.Context, in *sts.GetCallerIdentityInput, _ ...func(*sts.Options)) (*sts.GetCallerIdentityOutput, error) {
	a := c.account
	return invoke(ctx, a, getCallerIdentity, in, func(*sts.GetCallerIdentityInput) (*sts.GetCallerIdentityOutput, error) {
		arn := a.identity(callerOf(ctx))
		session := arn[strings.LastIndexByte(arn, '/')+1:]
		return &sts.GetCallerIdentityOutput{
			Account: aws.String(a.opts.AccountID),
			Arn:     aws.String(arn),
			UserId:  aws.String("AROASIMULATEDACCOUNT0:" + session),
		}, nil
	})
}
