package ssm

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsssm "github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

// The most bytes that a value may have.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html
const (
	MaxStandard = 4 << 10
	MaxAdvanced = 8 << 10
)

// WriteAPI is the part of the SDK's client that a Writer calls.
type WriteAPI interface {
	PutParameter(context.Context, *awsssm.PutParameterInput, ...func(*awsssm.Options)) (*awsssm.PutParameterOutput, error)
}

// Writer writes parameters. It holds no state and is safe for concurrent use.
type Writer struct{ api WriteAPI }

// NewWriter makes a Writer.
func NewWriter(api WriteAPI) *Writer { return &Writer{api: api} }

var _ WriteAPI = (*awsssm.Client)(nil)

// Put writes a new version of a parameter that there is, with the type, the key and the tier of one
// before, and returns its number. Parameter Store has no condition for a write: a number that is not
// the next one after the version that was read tells that somebody else has written in between.
//
// A value of more than MaxStandard bytes makes a standard parameter an advanced one, which is billed
// and never becomes a standard one again:
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
//
// IAM actions: ssm:PutParameter on the parameter; kms:Encrypt and kms:GenerateDataKey on the key of a
// SecureString that has a customer managed one.
//
// Errors: those of [Client.Latest]. No error contains the value.
func (w *Writer) Put(ctx context.Context, name, value string, like Version) (int64, error) {
	in := &awsssm.PutParameterInput{Name: &name, Value: &value, Type: like.Type, Tier: like.Tier, Overwrite: aws.Bool(true)}
	if like.Type == types.ParameterTypeSecureString && like.Key != "" {
		in.KeyId = &like.Key
	}
	if len(value) > MaxStandard {
		in.Tier = types.ParameterTierAdvanced
	}
	out, err := w.api.PutParameter(ctx, in)
	if err != nil {
		return 0, failure("PutParameter", err)
	}
	return out.Version, nil
}
