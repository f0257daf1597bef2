import { expect } from 'chai';
import { assert, property, string } from 'fast-check';
import { MESSAGE_CHARACTERS_MAX, statusTrailers } from './grpc-status.ts';

const toldAs = (message: string): string =>
  statusTrailers({ code: 'INTERNAL', message })['grpc-message'] ?? '';

describe('a gRPC status', () => {
  const messages: readonly [string, string][] = [
    ['plain text, as it is: ~!"#$&\'', 'plain text, as it is: ~!"#$&\''],
    ['100 %', '100 %25'],
    ['später', 'sp%C3%A4ter'],
    ['a\r\ngrpc-status: 0', 'a%0D%0Agrpc-status: 0'],
    ['\u{1f600}\x7f', '%F0%9F%98%80%7F'],
    ['\ud800', '%EF%BF%BD'],
  ];
  for (const [message, written] of messages) {
    it(`writes ${JSON.stringify(message)} as ${written}`, () => {
      expect(toldAs(message)).to.equal(written);
    });
  }

  it('is printable ASCII that reads back as the message, up to its bound', () => {
    assert(
      property(string({ unit: 'grapheme', maxLength: 50 }), (message) => {
        expect(toldAs(message)).to.match(/^[ -~]*$/);
        expect(decodeURIComponent(toldAs(message))).to.equal(message.toWellFormed());
      }),
    );
    expect(toldAs('a'.repeat(MESSAGE_CHARACTERS_MAX + 1))).to.have.length(MESSAGE_CHARACTERS_MAX);
  });

  it('has details where it says when to come again, and only there', () => {
    expect(Object.keys(statusTrailers({ code: 'UNAVAILABLE', message: '' }))).to.have.length(2);
    const later = statusTrailers({ code: 'UNAVAILABLE', message: '', retryDelayMs: 1000 });
    const details = Buffer.from(later['grpc-status-details-bin'] ?? '', 'base64');
    expect(details.toString('latin1')).to.include('google.rpc.RetryInfo');
    expect(later['grpc-status']).to.equal('14');
  });
});
