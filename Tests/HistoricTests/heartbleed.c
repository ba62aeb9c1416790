// OpenSSL, CVE-2014-0160. A heartbeat request says how long its payload is, and the answer sends that much back: more than
// came, out of whatever follows the message in memory.
#include "historic.h"

enum { request = 1, response = 2, padding = 16 };

APART unsigned char *answer_heartbeat(const unsigned char *message, size_t length, bool fixed, size_t *answered) {
  size_t claimed = (size_t)message[1] << 8 | message[2];
  if (message[0] != request) return NULL;
  if (fixed && 1 + 2 + claimed + padding > length) return NULL;
  unsigned char *answer = malloc(1 + 2 + claimed + padding);
  answer[0] = response;
  answer[1] = (unsigned char)(claimed >> 8);
  answer[2] = (unsigned char)claimed;
  memcpy(answer + 3, message + 3, claimed);
  memset(answer + 3 + claimed, 0, padding);
  *answered = 1 + 2 + claimed + padding;
  return answer;
}

int main(int count, char **arguments) {
  bool fixed = is_fixed(count, arguments);
  // Three bytes of payload, which say that they are 16,384.
  const unsigned char sent[] = {request, 0x40, 0x00, 'h', 'a', 't', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  unsigned char *message = malloc(sizeof sent);
  memcpy(message, sent, sizeof sent);
  size_t answered = 0;
  unsigned char *answer = answer_heartbeat(message, sizeof sent, fixed, &answered);
  free(answer);
  free(message);
  return 0;
}
