# ImageMagick: large aligned buffers and OpenMP threads on generated pictures.

# Debian's own name of it: /usr/bin/convert may be another program.
program imagemagick packages='imagemagick-6.q16' loaded='convert-im6.q16 identify-im6.q16'

imagemagick_run() {
  convert-im6.q16 -size 500x400 gradient:red-blue -swirl 120 -wave 8x40 -resize 320x240 -blur 0x3 -depth 8 out.ppm
  convert-im6.q16 out.ppm -rotate 30 -edge 2 -quality 80 -define png:exclude-chunk=date,time out.png
  convert-im6.q16 out.ppm \( +clone -flip \) -append -monochrome -depth 1 out.pbm
  identify-im6.q16 -format '%m %w %h %#\n' out.ppm out.png out.pbm
}
