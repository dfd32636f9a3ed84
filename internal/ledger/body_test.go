package ledger

import (
	"bytes"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func TestSmallTextStaysReadable(t *testing.T) {
	t.Parallel()
	packed, err := pack([]byte(`{"id":"i-1"}`))
	if err != nil {
		t.Fatal(err)
	}
	if s, ok := packed.(*types.AttributeValueMemberS); !ok || s.Value != `{"id":"i-1"}` {
		t.Errorf("got %#v", packed)
	}
}

func TestABodyThatClaimsToBeSmallIsNotUnpackedWithoutEnd(t *testing.T) {
	t.Parallel()
	packed, err := pack(make([]byte, 10<<20))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := unpack(packed, 5); err != nil || len(got) != 6 {
		t.Errorf("unpacked %d bytes, %v", len(got), err)
	}
}

func FuzzPack(f *testing.F) {
	f.Add([]byte("text"))
	f.Add([]byte{0xff, 0})
	f.Add([]byte(nil))
	f.Fuzz(func(t *testing.T, body []byte) {
		packed, err := pack(body)
		if err != nil {
			return // too large for an item
		}
		if got, err := unpack(packed, len(body)); err != nil || !bytes.Equal(got, body) {
			t.Errorf("%d bytes came back of %d, %v", len(got), len(body), err)
		}
	})
}

func FuzzUnpack(f *testing.F) {
	f.Add([]byte{0x1f, 0x8b, 8, 0}, 10)
	f.Add([]byte(nil), 0)
	f.Fuzz(func(t *testing.T, packed []byte, size int) {
		if size < 0 || size > 1<<20 {
			size = 1 << 10
		}
		if got, err := unpack(&types.AttributeValueMemberB{Value: packed}, size); err == nil && len(got) > size+1 {
			t.Errorf("unpacked %d bytes where %d were announced", len(got), size)
		}
	})
}
