# FFmpeg: large aligned buffers, threads, encoders and decoders on generated pictures and sound.

program ffmpeg packages='ffmpeg' loaded='ffmpeg'

ffmpeg_run() {
  # bitexact and fixed numbers of threads: otherwise encoders may choose by the number of processors.
  ffmpeg -nostdin -v error -f lavfi -i testsrc2=size=320x240:rate=25:duration=2 -f lavfi -i sine=duration=2 \
    -threads 2 -c:v mpeg4 -c:a flac -fflags +bitexact -flags +bitexact -f matroska out.mkv
  sha256sum out.mkv
  ffmpeg -nostdin -v error -i out.mkv -vf scale=160:120,hflip -map 0:v -threads 2 -f framemd5 - | tail -n 5
  ffmpeg -nostdin -v error -i out.mkv -map 0:a -f md5 -
}
